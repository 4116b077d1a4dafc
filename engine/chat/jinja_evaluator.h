#pragma once

#include "engine/chat/jinja_ast.h"
#include "engine/chat/jinja_builtins.h"

#include <string>

namespace conclave::engine::jinja
{

/// Runs a parsed template. One object for one rendering; failures carry the place of what failed.
class Evaluator
{
public:
    Evaluator(Machine &machine, Scope *globals) : m_machine(machine), m_globals(globals) {}

    std::string run(const StmtList &statements);

private:
    enum class Flow
    {
        kNext,
        kBreak,
        kContinue,
    };

    Flow runAll(const StmtList &statements, Scope *scope);
    Flow runOne(const Stmt &statement, Scope *scope);
    Flow runIf(const Stmt &statement, Scope *scope);
    Flow runFor(const Stmt &statement, Scope *scope);
    void runSet(const Stmt &statement, Scope *scope);
    void runSetMember(const Stmt &statement, Scope *scope);
    void runMacro(const Stmt &statement, Scope *scope);
    void write(std::string_view text);
    /// What `statements` write.
    std::string captured(const StmtList &statements, Scope *scope);
    void assign(const std::vector<std::string> &names, const Value &value, Scope *scope);
    Value filteredText(const Expr *chain, const std::string &text, Scope *scope);

    Value evaluate(const Expr &expr, Scope *scope);
    Value evaluateKind(const Expr &expr, Scope *scope);
    Value name(const Expr &expr, Scope *scope);
    Value slice(const Expr &expr, Scope *scope);
    Value call(const Expr &expr, Scope *scope);
    Value callMacro(const Callable &callable, const Arguments &arguments);
    Value compare(const Expr &expr, Scope *scope);
    bool comparePair(const std::string &op, const Value &left, const Value &right);
    Value listOf(const Expr &expr, Scope *scope);
    Value dictOf(const Expr &expr, Scope *scope);
    Arguments arguments(const Expr &expr, Scope *scope);

    Machine &m_machine;
    Scope *m_globals;
    std::string m_out;
    int m_depth = 0;
};

/// left op right, for + - * / // % ** ~
Value applyBinary(Machine &machine, const std::string &op, const Value &left, const Value &right);

} // namespace conclave::engine::jinja
