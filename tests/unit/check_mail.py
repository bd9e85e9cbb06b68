#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Reads mails that we made with a parser that is not ours: each NAME.eml in the folder given. NAME.json beside it tells what must come out, where that is known.
# Prints what is wrong, one line each; exit status 1 then.
import email, email.header, email.policy, email.utils, json, pathlib, re, sys

complaints = []


def check(name, true, what):
    if not true:
        complaints.append(f'{name}: {what}')


def check_bytes(name, raw):
    check(name, b'\n' not in raw.replace(b'\r\n', b'') and b'\r' not in raw.replace(b'\r\n', b''), 'a bare CR or LF')
    check(name, b'\0' not in raw, 'a NUL')
    check(name, all(byte < 128 for byte in raw), 'a byte over 127')
    check(name, all(len(line) <= 998 for line in raw.split(b'\r\n')), 'a line over 998')
    header = raw.split(b'\r\n\r\n')[0].decode('ascii')
    for field in re.split(r'\r\n(?![ \t])', header):
        check(name, re.match(r'[!-9;-~]+: ?\S', field), f'an empty or broken field: {field[:60]!r}')
        for line in field.split('\r\n'):
            check(name, line.strip(), f'a blank line in {field[:40]!r}')
            check(name, len(line) <= 78 or ' ' not in line.strip(), f'not folded: {line[:90]!r}')
    names = [field.split(':')[0].lower() for field in re.split(r'\r\n(?![ \t])', header)]
    for once in ('date', 'from', 'reply-to', 'to', 'subject', 'message-id', 'in-reply-to', 'references', 'mime-version', 'content-type'):
        check(name, names.count(once) <= 1, f'{once} twice')
    for needed in ('date', 'from', 'to', 'mime-version', 'content-type'):
        check(name, needed in names, f'no {needed}')
    for never in ('cc', 'bcc', 'sender', 'x-evil'):
        check(name, never not in names, f'a field {never}')


def check_structure(name, raw):
    """The mail, read; its parts and fields are as they should be whatever it says."""
    check_bytes(name, raw)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        check(name, not part.defects, f'defects {part.defects}')
        for field, value in part.items():
            if field.lower() != 'message-id':  # its reader knows no comments and such, and ours have none
                check(name, not getattr(value, 'defects', ()), f'{field}: {getattr(value, "defects", ())}')
    check(name, re.fullmatch(r'(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}', raw.decode('ascii').split('Date: ')[1].split('\r\n')[0]), 'Date is none of RFC 5322')
    for field in ('from', 'to'):
        check(name, len(mail[field].addresses) == 1, f'{field}: {len(mail[field].addresses)} mailboxes')
    text = mail.get_body(('plain',))
    check(name, text is not None and text.get_content_charset() == 'utf-8', 'no text/plain in UTF-8')
    return mail


def check_mail(name, raw, want):
    mail = check_structure(name, raw)
    if want is None:
        return
    check(name, int(mail['Date'].datetime.timestamp()) == want['date'], 'another date')
    check(name, str(mail['Subject'] or '') == want['subject'], f'subject {str(mail["Subject"])[:200]!r} is not {want["subject"][:200]!r}')
    for field in ('from', 'to'):
        boxes = mail[field].addresses
        check(name, boxes[0].addr_spec == want[field][1], f'{field}: {boxes!r}, not {want[field]}')
        # The newer reader keeps the blanks between encoded words of a phrase; the older one is right.
        display = re.sub(r'\r\n(?=[ \t])', '', str(email.message_from_bytes(raw)[field]))
        display = str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(display)[0])))
        check(name, display == want[field][0], f'{field}: {display!r:.200}, not {want[field]!r:.200}')
    for field in ('message-id', 'in-reply-to', 'references'):
        ids = re.findall(r'<[^<>\s]+>', str(mail[field] or ''))
        check(name, ids == want[field], f'{field}: {ids!r:.200} is not {want[field]!r:.200}')
    text = mail.get_body(('plain',))
    got = text.get_payload(decode=True).decode('utf-8').replace('\r\n', '\n').rstrip('\n')
    check(name, got == want['text'].rstrip('\n'), f'text {got[:300]!r} is not {want["text"][:300]!r}')
    html = mail.get_body(('html',))
    check(name, (html is not None) == bool(want['html']), 'HTML or not')
    if html is not None:
        check(name, html.get_content().replace('\r\n', '\n').rstrip('\n') == want['html'].rstrip('\n'), 'another HTML')
        parts = [part.get_content_type() for part in mail.walk() if part.get_content_maintype() != 'multipart']
        check(name, parts[:2] == ['text/plain', 'text/html'], f'order of parts {parts}')
    files = [[part.get_filename() or '', part.get_content_type(), len(part.get_payload(decode=True)), part.get_content_disposition()] for part in mail.iter_attachments()]
    check(name, files == want['files'], f'files {files!r:.300} are not {want["files"]!r:.300}')


folder = pathlib.Path(sys.argv[1])
mails = sorted(folder.glob('*.eml'))
check('all', mails, 'no mail at all')
for path in mails:
    try:
        check_mail(path.stem, path.read_bytes(), json.loads(path.with_suffix('.json').read_text('utf-8')) if path.with_suffix('.json').exists() else None)
    except Exception as problem:  # another parser's trouble is what is looked for
        complaints.append(f'{path.stem}: {type(problem).__name__}: {problem}')
print('\n'.join(complaints) or f'{len(mails)} mails are valid')
sys.exit(bool(complaints))
