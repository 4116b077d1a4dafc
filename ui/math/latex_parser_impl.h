#pragma once

#include "ui/math/latex_parser.h"

#include <optional>
#include <vector>

namespace conclave::ui
{

/// Thrown for what is not understood, caught in parseLatex.
struct LatexFailure
{
};

/// Recursive descent, at most kMostDepth deep and kMostNodes large.
class LatexParser
{
public:
    static constexpr int kMostDepth = 32;
    static constexpr int kMostNodes = 3000;

    explicit LatexParser(const QString &latex) : m_text(latex) {}

    /// All of the text.
    MathNode formula();

private:
    QChar peek() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }

    // latex_parser.cpp: rows, atoms, groups
    void skipSpace();
    void skipSpaceAgain();
    bool take(QLatin1String word);
    /// The name behind a backslash: letters, or one other character.
    QString command();
    QString peekCommand();

    struct Depth
    {
        explicit Depth(int &level) : depth(level)
        {
            if (++depth > kMostDepth)
                throw LatexFailure();
        }
        ~Depth() { --depth; }
        Depth(const Depth &) = delete;
        Depth &operator=(const Depth &) = delete;
        int &depth;
    };

    bool atEndOfRow();
    MathNode row();
    /// An atom with its scripts and primes.
    MathNode scripted();
    MathNode symbol(const MathSymbol &what);
    /// What a command takes: a group in braces or a single thing.
    MathNode argument();
    MathNode group();
    /// The text between braces as it is.
    QString raw();
    MathNode atom();
    MathNode space(double ems);
    MathNode made(MathNode::Type type, std::vector<MathNode> children, double number = 0);

    // latex_commands.cpp: what commands and environments make
    MathNode fromCommand(const QString &name);
    MathNode structure(const QString &name);
    MathNode fraction(const QString &name);
    MathNode root();
    /// A bracket's character; empty for '.'.
    QString bracket();
    MathNode fenced();
    std::optional<MathNode> bigBracket(const QString &name);
    std::optional<MathNode> accent(const QString &name);
    /// Alphabets and words.
    std::optional<MathNode> letters(const QString &name);
    MathNode rest(const QString &name);
    std::vector<std::vector<MathNode>> cells(const QString &environment);
    MathNode table(std::vector<std::vector<MathNode>> rows, const QString &alignment, double lines);
    MathNode environment();
    MathNode displayedLines(const QString &name, const QString &stem);

    QString m_text;
    qsizetype m_at = 0;
    int m_depth = 0;
    int m_nodes = 0;
    bool m_bold = false;
    bool m_upright = false;
    bool m_inOptional = false; ///< a ']' ends the row
};

} // namespace conclave::ui
