#pragma once

#include <QString>
#include <QStringView>

#include <functional>

/// Cuts the streaming text of a chart answer into marks (`<row>`, `<x:12>`) and the text between them.
namespace conclave::app
{

struct ChartMark
{
    QString name;           ///< "row", "x", "chart"
    QString word;           ///< after the colon: "bar"; empty without one
    int index = -1;         ///< the word as a number from 0 to 9999; -1: it is none
    double probability = 1; ///< of the least likely of its pieces
};

/// A mark may be split over pieces; what could still become one is held back. '<' that starts no mark of the format is text.
class ChartLexer
{
public:
    using TextSink = std::function<void(QStringView text, double probability)>;
    using MarkSink = std::function<void(const ChartMark &mark)>;

    ChartLexer(TextSink onText, MarkSink onMark) : m_onText(std::move(onText)), m_onMark(std::move(onMark)) {}

    void push(QStringView piece, double probability);
    /// What is held back is text after all.
    void finish();

private:
    void takeHeld();
    void giveText();

    TextSink m_onText;
    MarkSink m_onMark;
    QString m_text;               ///< text of this piece, not given out yet
    double m_textProbability = 1; ///< of m_text
    QString m_held;               ///< starts with '<', may become a mark
    double m_heldProbability = 1;
};

} // namespace conclave::app
