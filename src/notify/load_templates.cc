// SPDX-License-Identifier: MIT
// The files of a site's templates, apart from what is in them.
#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "notify/templates.h"

namespace ticketmilter::notify {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t longest_file = 1 << 20;

bool is_passed_over(const std::string& name) {
  return name.starts_with('.') || name.ends_with('~') || name.ends_with(".bak") ||
         name.find(".dpkg-") != std::string::npos;
}

// In order of their names, so that complaints are too.
std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory() && !is_passed_over(entry.path().filename().string())) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void take_files(const std::string& folder, LoadedTemplates& loaded) {
  for (const auto& path : files_of(folder)) {
    try {
      auto complaints = replace_template(loaded.templates, path.filename().string(),
                                         base::read_file(path.string(), longest_file), path.string());
      loaded.files += complaints.empty() ? 1 : 0;
      loaded.complaints.insert(loaded.complaints.end(), complaints.begin(), complaints.end());
    } catch (const base::Error& e) {
      loaded.complaints.push_back({path.string(), 0, "", e.what()});
    }
  }
}

}  // namespace

LoadedTemplates load_templates(const std::string& folder) {
  LoadedTemplates loaded{built_in_templates(), {}, 0};
  std::error_code missing;
  if (!fs::exists(folder, missing) && !missing) {
    return loaded;
  }
  try {
    take_files(folder, loaded);
  } catch (const fs::filesystem_error& e) {
    loaded.complaints.push_back({folder, 0, "", e.code().message()});
  }
  return loaded;
}

}  // namespace ticketmilter::notify
