// SPDX-License-Identifier: MIT
// Both ways are streams: 50 MiB of mail may come from a mapped file and go to a terminal without ever being in memory at once.
#include "store/lmdb/body.h"

#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/handle.h"

namespace ticketmilter::store {
namespace {

// LMDB puts a header of 16 bytes before what fills a page. It cannot read a file made with another page size, so the system's is the store's.
std::size_t chunk_size() {
  static const std::size_t size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) - 16;
  return size;
}
// Room that the other fields of a Body record take on a page.
constexpr std::size_t header_room = 80;
// Twice what our level asks for; a damaged frame must not make us allocate more.
constexpr int max_window_log = 21;

std::size_t checked(std::size_t code) {
  if (ZSTD_isError(code) != 0) {
    throw base::Error(base::Kind::Internal, std::string("compression: ") + ZSTD_getErrorName(code));
  }
  return code;
}

// Contexts to be used again, the last used first, as its tables are still in the processor's cache; sessions run on many threads, which come
// and go, and one each would be cold each time.
class Compressor {
 public:
  explicit Compressor(std::uint64_t size) : context_(take()) {
    checked(ZSTD_CCtx_reset(get(), ZSTD_reset_session_and_parameters));
    checked(ZSTD_CCtx_setParameter(get(), ZSTD_c_compressionLevel, 1));
    checked(ZSTD_CCtx_setParameter(get(), ZSTD_c_checksumFlag, 1));
    checked(ZSTD_CCtx_setPledgedSrcSize(get(), size));
  }
  ~Compressor() {
    const std::lock_guard lock(mutex());
    if (idle().size() < most) {
      idle().push_back(std::move(context_));
    }
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ZSTD_CCtx* get() const { return context_.get(); }

 private:
  using Context = base::Handle<ZSTD_CCtx, ZSTD_freeCCtx>;
  static constexpr std::size_t most = 16;  // kept idle
  static std::mutex& mutex() {
    static std::mutex guard;
    return guard;
  }
  // Room for all is made at once, so that giving one back cannot fail.
  static std::vector<Context>& idle() {
    static std::vector<Context> contexts = [] {
      std::vector<Context> none;
      none.reserve(most);
      return none;
    }();
    return contexts;
  }
  static Context take() {
    {
      const std::lock_guard lock(mutex());
      if (!idle().empty()) {
        Context context = std::move(idle().back());
        idle().pop_back();
        return context;
      }
    }
    Context context(ZSTD_createCCtx());
    if (!context) {
      throw std::bad_alloc();
    }
    return context;
  }

  Context context_;
};

// Adds input to the frame, in chunks; end closes it.
void compress(ZSTD_CCtx* context, std::string_view input, bool end, ZSTD_outBuffer& out,
              std::vector<std::string>& chunks) {
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  for (bool more = end || !input.empty(); more;) {
    if (chunks.empty() || out.pos == out.size) {
      chunks.emplace_back(chunk_size(), '\0');
      out = {chunks.back().data(), chunks.back().size(), 0};
    }
    const auto left = checked(ZSTD_compressStream2(context, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue));
    more = end ? left != 0 : in.pos < in.size;
  }
}

}  // namespace

std::shared_ptr<const tickets::PackedMessage> pack(std::string_view text, std::string_view raw) {
  auto packed = std::make_shared<tickets::PackedMessage>();
  packed->text_size = text.size();
  packed->raw_size = raw.size();
  const Compressor compressor(text.size() + raw.size());
  ZSTD_outBuffer out{};
  compress(compressor.get(), text, false, out, packed->chunks);
  compress(compressor.get(), raw, true, out, packed->chunks);
  packed->chunks.back().resize(out.pos);
  packed->chunks.back().shrink_to_fit();
  return packed;
}

namespace lmdb {
namespace {

// The pieces of a frame, one after the other. Views into the map.
class Pieces {
 public:
  Pieces(const Txn& txn, tickets::MessageId id, const BodyHeader& header)
      : cursor_(txn, Table::Body), id_(id), header_(header) {}

  std::string_view next() {
    ++number_;
    const auto key = body_key(id_, number_);
    if (header_.chunks == 0 && number_ == 1) {
      return header_.data;
    }
    if (number_ > header_.chunks || !(number_ == 1 ? cursor_.at(key) : cursor_.next()) ||
        cursor_.key() != std::string_view(key)) {
      damaged("body: a piece is missing", key);
    }
    return cursor_.value();
  }

 private:
  Cursor cursor_;
  tickets::MessageId id_;
  const BodyHeader& header_;
  std::uint32_t number_ = 0;
};

using Decompressor = base::Handle<ZSTD_DCtx, ZSTD_freeDCtx>;

// Hands on bytes [from, to) of the frame. Reads to its end, where its checksum is, when it has to go there anyway.
void decompress(Pieces& pieces, std::uint64_t from, std::uint64_t to, std::uint64_t total, std::string_view key,
                const std::function<void(std::string_view)>& sink) {
  const Decompressor context(ZSTD_createDCtx());
  checked(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, max_window_log));
  std::vector<char> buffer(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{};
  std::uint64_t done = 0;
  for (std::size_t left = 1; left != 0 && (done < to || to == total);) {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left) != 0 || done + out.pos > total) {
      damaged("body: not what was compressed", key);
    }
    const auto begin = std::clamp(from, done, done + out.pos) - done;
    const auto end = std::clamp(to, done, done + out.pos) - done;
    if (begin < end) {
      sink({buffer.data() + begin, end - begin});
    }
    done += out.pos;
    if (left != 0 && in.pos == in.size && out.pos < out.size) {
      const auto piece = pieces.next();
      in = {piece.data(), piece.size(), 0};
    }
  }
  if (done < to) {
    damaged("body: too short", key);
  }
}

void put_body(Txn& txn, Encoder& encoder, tickets::MessageId id, const tickets::PackedMessage& message,
              unsigned flags) {
  const auto& chunks = message.chunks;
  const auto n = static_cast<std::uint32_t>(chunks.size());
  if (n == 1 && chunks[0].size() + header_room <= chunk_size()) {
    txn.put(Table::Body, body_key(id, 0), encoder.body(message, 0, chunks[0]), flags);
    return;
  }
  txn.put(Table::Body, body_key(id, 0), encoder.body(message, n, {}), flags);
  for (std::uint32_t i = 0; i < n; ++i) {
    txn.put(Table::Body, body_key(id, i + 1), chunks[i], flags);
  }
}

}  // namespace

void put_body(Txn& txn, Encoder& encoder, tickets::MessageId id, const tickets::PackedMessage& message) {
  put_body(txn, encoder, id, message, MDB_APPEND);
}

Removed delete_body(Txn& txn, tickets::MessageId id) {
  const auto key = body_key(id, 0);
  const auto record = txn.get(Table::Body, key);
  if (!record) {
    return {};
  }
  const auto header = decode_body(*record, key);
  const Removed removed{std::size_t{header.chunks} + 1, header.raw_size > 0};
  for (std::uint32_t i = 0; i < removed.records; ++i) {
    txn.del(Table::Body, body_key(id, i));
  }
  return removed;
}

Removed delete_raw(Txn& txn, Encoder& encoder, tickets::MessageId id) {
  if (!has_raw(txn, id)) {
    return {};
  }
  std::string text;
  read_body(txn, id, Part::Text, [&](std::string_view piece) { text += piece; });
  const auto removed = delete_body(txn, id);
  put_body(txn, encoder, id, *pack(text, {}), 0);
  return removed;
}

bool has_raw(const Txn& txn, tickets::MessageId id) {
  const auto key = body_key(id, 0);
  const auto record = txn.get(Table::Body, key);
  return record && decode_body(*record, key).raw_size > 0;
}

bool read_body(const Txn& txn, tickets::MessageId id, Part part, const std::function<void(std::string_view)>& sink,
               std::uint64_t most) {
  const auto key = body_key(id, 0);
  const auto record = txn.get(Table::Body, key);
  if (!record) {
    return false;
  }
  const auto header = decode_body(*record, key);
  const auto total = header.text_size + header.raw_size;
  if (part == Part::Raw && header.raw_size == 0) {
    return false;
  }
  Pieces pieces(txn, id, header);
  const bool text = part == Part::Text;
  const auto from = text ? 0 : header.text_size;
  const auto to = text ? header.text_size : total;
  decompress(pieces, from, from + std::min(to - from, most), total, key, sink);
  return true;
}

bool read_body(const Txn& txn, tickets::MessageId id,
               const std::function<void(std::string_view, std::string_view)>& sink) {
  const auto key = body_key(id, 0);
  const auto record = txn.get(Table::Body, key);
  if (!record) {
    return false;
  }
  const auto header = decode_body(*record, key);
  const auto total = header.text_size + header.raw_size;
  std::uint64_t text_left = header.text_size;
  Pieces pieces(txn, id, header);
  decompress(pieces, 0, total, total, key, [&](std::string_view piece) {
    const auto text = piece.substr(0, text_left);
    text_left -= text.size();
    sink(text, piece.substr(text.size()));
  });
  return true;
}

}  // namespace lmdb
}  // namespace ticketmilter::store
