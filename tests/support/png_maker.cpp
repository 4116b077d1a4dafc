#include "tests/support/png_maker.h"

#include <QtEndian>

#include <array>

namespace conclave::tests
{
namespace
{

quint32 crc32(QByteArrayView bytes)
{
    static const auto table = [] {
        std::array<quint32, 256> out{};
        for (quint32 i = 0; i < 256; ++i) {
            quint32 c = i;
            for (int bit = 0; bit < 8; ++bit)
                c = (c & 1) ? 0xedb88320U ^ (c >> 1) : c >> 1;
            out[i] = c;
        }
        return out;
    }();
    quint32 crc = 0xffffffffU;
    for (const char byte : bytes)
        crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ (crc >> 8);
    return crc ^ 0xffffffffU;
}

QByteArray big(quint32 value)
{
    QByteArray out(4, 0);
    qToBigEndian(value, out.data());
    return out;
}

QByteArray chunk(const QByteArray &type, const QByteArray &data)
{
    return big(quint32(data.size())) + type + data + big(crc32(type + data));
}

QByteArray header(quint32 width, quint32 height, char bits, char colour)
{
    const QByteArray settings{std::array<char, 5>{bits, colour, 0, 0, 0}.data(), 5};
    return QByteArray::fromHex("89504e470d0a1a0a") + chunk("IHDR", big(width) + big(height) + settings);
}

} // namespace

QByteArray makeBlankPng(quint32 width, quint32 height)
{
    // One bit a pixel: lines of zeros compress to almost nothing.
    const QByteArray lines(qsizetype((width + 7) / 8 + 1) * height, 0);
    return header(width, height, 1, 0) + chunk("IDAT", qCompress(lines).mid(4)) + chunk("IEND", {});
}

QByteArray makePngHeader(quint32 width, quint32 height)
{
    return header(width, height, 8, 2) + chunk("IDAT", qCompress(QByteArray(100, 0)).mid(4));
}

} // namespace conclave::tests
