#include "app/console/terminal.h"

#include <QList>

#include <algorithm>
#include <array>
#include <cstdio>

namespace conclave::app
{
namespace
{

struct Range
{
    char32_t first;
    char32_t last;
};

// Unicode's East Asian Width W and F (EastAsianWidth.txt), in blocks.
constexpr std::array<Range, 14> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0xa4cf},
                                          {0xa960, 0xa97f},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1f64f},
                                          {0x1f900, 0x1f9ff},
                                          {0x20000, 0x3fffd}}};

int widthOf(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Mark_NonSpacing:
    case QChar::Mark_Enclosing:
    case QChar::Other_Format:
        return 0;
    default:
        break;
    }
    return std::any_of(kWide.begin(), kWide.end(), [c](const Range &range) { return c >= range.first && c <= range.last; }) ? 2 : 1;
}

void write(std::FILE *file, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), file);
    std::fflush(file);
}

} // namespace

void printOut(const QString &text)
{
    write(stdout, text);
}

void printError(const QString &text)
{
    write(stderr, QStringLiteral("conclave: ") + printable(text) + u'\n');
}

QString printable(const QString &text)
{
    QString out = text;
    for (QChar &c : out) {
        const bool control = c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0);
        if (control && c != u'\n' && c != u'\t')
            c = QChar::ReplacementCharacter;
    }
    return out;
}

int displayWidth(const QString &text)
{
    int width = 0;
    for (const uint c : text.toUcs4())
        width += widthOf(c);
    return width;
}

} // namespace conclave::app
