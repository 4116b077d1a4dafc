#include "app/chat/pass_text.h"

#include <QStringView>

#include <optional>

namespace conclave::app
{
namespace
{

constexpr int kMostTokens = 1 << 24; // no context is longer

/// Of digits alone.
std::optional<int> number(QStringView text, int least)
{
    bool ok = !text.isEmpty() && text.front().isDigit();
    const int value = ok ? text.toInt(&ok) : 0;
    return ok && value >= least && value <= kMostTokens ? std::optional(value) : std::nullopt;
}

std::optional<engine::PassRun> runOf(QStringView text)
{
    engine::PassRun run;
    const qsizetype times = text.indexOf(u'x');
    const qsizetype dropped = text.indexOf(u'-');
    const auto tokens = number(text.left(times >= 0 ? times : dropped >= 0 ? dropped : text.size()), 1);
    if (!tokens)
        return std::nullopt;
    run.tokens = *tokens;
    if (times >= 0) {
        const auto count = number(text.mid(times + 1), 2);
        run.times = count.value_or(0);
        return count ? std::optional(run) : std::nullopt;
    }
    if (dropped < 0)
        return run;
    for (const QStringView one : text.mid(dropped + 1).split(u'.')) {
        const auto token = number(one, 0);
        if (!token)
            return std::nullopt;
        run.dropped.push_back(*token);
    }
    return run;
}

} // namespace

QString passText(const std::vector<engine::PassRun> &passes)
{
    QString text;
    for (const engine::PassRun &run : passes) {
        if (!text.isEmpty())
            text += u',';
        text += QString::number(run.tokens);
        if (run.times > 1)
            text += u'x' + QString::number(run.times);
        for (std::size_t i = 0; i < run.dropped.size(); ++i)
            text += (i == 0 ? u'-' : u'.') + QString::number(run.dropped[i]);
    }
    return text;
}

std::vector<engine::PassRun> passesOf(const QString &text)
{
    std::vector<engine::PassRun> passes;
    if (text.isEmpty())
        return passes;
    for (const QStringView one : QStringView(text).split(u',')) {
        auto run = runOf(one);
        if (!run)
            return {};
        passes.push_back(std::move(*run));
    }
    return passes;
}

} // namespace conclave::app
