#pragma once

#include "engine/api/types.h"
#include "engine/text/tokenizer.h"

#include <span>
#include <vector>

/// In which passes a context was computed. Values.
namespace conclave::engine
{

/// Kernels sum many tokens in another order than few, and experts take the tokens of a pass together: the same text has the same bits only
/// if each of its tokens was computed in the same company. So the log keeps where passes began and ended, and of a pass that was cut the
/// tokens that are gone.
class PassLog
{
public:
    /// Tokens, from the first one, whose passes are known. What lies behind them was computed ahead, or beside other answers.
    int length() const { return m_length; }
    const std::vector<PassRun> &runs() const { return m_runs; }

    /// The next pass, behind the `length` known tokens.
    void add(int tokens);
    /// Forgets what lies behind `length`; `tokens` are those of the context until then. A pass that is cut where it went
    /// on with a picture is not known any more.
    void truncate(int length, std::span<const TokenId> tokens);

    /// The longest beginning, at most `most`, that the context itself can be cut to with its passes still known.
    int cut(int most, std::span<const TokenId> tokens) const;
    /// The same for another conversation that takes the beginning over: whole passes only, for what is cut off is not its own text.
    int sharedCut(int most) const;

    /// Takes over what another log told of `length` tokens. False, and empty, when they are no passes of these.
    bool restore(std::vector<PassRun> runs, int length);

private:
    void push(PassRun run);

    std::vector<PassRun> m_runs;
    int m_length = 0;
};

} // namespace conclave::engine
