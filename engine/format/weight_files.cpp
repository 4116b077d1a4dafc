#include "engine/format/weight_files.h"

#include "engine/format/mapped_file.h"

#include <algorithm>
#include <system_error>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kAlignment = FileRead::kAlignment;

std::size_t roundedUp(std::size_t bytes)
{
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

} // namespace

std::size_t WeightFiles::Stretch::readBytes() const
{
    return roundedUp(lead() + bytes);
}

Result<std::unique_ptr<WeightFiles>> WeightFiles::open(const GgufFile &file, bool ring, bool direct)
{
    auto files = std::make_unique<WeightFiles>();
    for (const std::filesystem::path &path : file.paths()) {
        auto opened = DirectFile::open(path, direct);
        if (!opened)
            return opened.takeError();
        files->m_files.push_back(std::move(*opened));
        files->m_names.push_back(displayPath(path));
    }
    files->m_reads = createFileReads(ring);
    if (files->m_files.empty() || !files->m_reads)
        return Error{ErrorCode::kInvalidRequest, "The weights of \"" + file.name() + "\" cannot be read piece by piece here.", "no files"};
    return files;
}

int WeightFiles::add(const Stretch &stretch, std::uint64_t tag)
{
    const std::size_t all = stretch.readBytes();
    const std::size_t wanted = stretch.lead() + stretch.bytes;
    int reads = 0;
    for (std::size_t at = 0; at < all; at += kReadBytes, ++reads) {
        FileRead read;
        read.descriptor = m_files[stretch.part].descriptor();
        read.offset = stretch.offset - stretch.lead() + at;
        read.bytes = std::min(kReadBytes, all - at);
        read.least = std::min(read.bytes, wanted - at);
        read.to = stretch.to + at;
        read.tag = tag;
        m_reads->add(read);
    }
    return reads;
}

Result<Done> WeightFiles::readNow(std::span<const Stretch> stretches)
{
    std::vector<FileReadEnd> ends;
    for (std::size_t i = 0; i < stretches.size(); ++i)
        add(stretches[i], i);
    while (m_reads->underWay() > 0)
        m_reads->collect(true, ends);
    dropCache();
    for (const FileReadEnd &end : ends) {
        if (end.error != 0)
            return failure(stretches[end.tag].part, end.error);
    }
    return Done{};
}

Error WeightFiles::failure(std::size_t part, int error) const
{
    if (error == FileReadEnd::kTruncated)
        return {ErrorCode::kFileTruncated,
                "The model file \"" + m_names[part] +
                    "\" has become shorter than it was when it was loaded, so that the computation stopped. The conversation is kept; "
                    "download the model again and load it.",
                "read beyond the end"};
    const std::string why = std::error_code(error, std::generic_category()).message();
    return {ErrorCode::kFileUnreadable,
            "The model file \"" + m_names[part] + "\" could not be read (" + why +
                "), so that the computation stopped. The conversation is kept; see that the disk is there and sound, and try again.",
            why};
}

std::string WeightFiles::manner() const
{
    const bool direct = std::all_of(m_files.begin(), m_files.end(), [](const DirectFile &file) { return file.direct(); });
    return std::string(m_reads->name()) + (direct ? ", past the page cache" : ", through the page cache");
}

void WeightFiles::dropCache() const
{
    for (const DirectFile &file : m_files)
        file.dropCache();
}

} // namespace conclave::engine
