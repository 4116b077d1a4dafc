#include "app/images/image_format.h"

#include <QtEndian>

#include <algorithm>
#include <array>

namespace conclave::app
{
namespace
{

struct FormatSignature
{
    QByteArrayView start;
    const char *format;
};

constexpr qsizetype kSvgHead = 4096; // an SVG file may begin with comments

/// "BM" begins many a text: the size of the header that follows decides.
bool isBmp(const QByteArray &bytes)
{
    if (bytes.size() < 18 || !bytes.startsWith("BM"))
        return false;
    const auto header = qFromLittleEndian<quint32>(bytes.constData() + 14);
    return header >= 12 && header <= 124;
}

} // namespace

QByteArray imageFormatOf(const QByteArray &bytes)
{
    static const std::array<FormatSignature, 6> kSignatures = {{
        {QByteArrayView("\x89PNG\r\n\x1a\n", 8), "png"},
        {QByteArrayView("\xff\xd8\xff", 3), "jpeg"},
        {QByteArrayView("GIF87a", 6), "gif"},
        {QByteArrayView("GIF89a", 6), "gif"},
        {QByteArrayView("II*\0", 4), "tiff"},
        {QByteArrayView("MM\0*", 4), "tiff"},
    }};
    for (const FormatSignature &signature : kSignatures) {
        if (bytes.startsWith(signature.start))
            return signature.format;
    }
    if (isBmp(bytes))
        return "bmp";
    if (bytes.size() >= 12 && bytes.startsWith("RIFF") && QByteArrayView(bytes).sliced(8, 4) == "WEBP")
        return "webp";
    return {};
}

bool isSvg(const QByteArray &bytes)
{
    const QByteArrayView head = QByteArrayView(bytes).first(std::min(bytes.size(), kSvgHead));
    const QByteArrayView start = head.trimmed();
    return (start.startsWith('<') || start.startsWith("\xef\xbb\xbf<")) && head.contains("<svg") && !head.contains("<html");
}

} // namespace conclave::app
