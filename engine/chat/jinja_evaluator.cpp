#include "engine/chat/jinja_evaluator.h"

#include <fmt/format.h>

#include <algorithm>

namespace conclave::engine::jinja
{

std::string Evaluator::run(const StmtList &statements)
{
    runAll(statements, m_globals);
    return std::move(m_out);
}

namespace
{

/// Brings the loop variable up to round `at`. The entries keep their places, so that a round costs no allocation.
void describeLoop(Dict &loop, const std::vector<Value> &items, std::size_t at)
{
    if (loop.entries.empty()) {
        for (const char *name : {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"}) {
            loop.entries.emplace_back(name, Value());
        }
    }
    const auto index = static_cast<std::int64_t>(at);
    const auto count = static_cast<std::int64_t>(items.size());
    const Value values[] = {index + 1,
                            index,
                            count - index,
                            count - index - 1,
                            index == 0,
                            index + 1 == count,
                            count,
                            at > 0 ? items[at - 1] : Value(),
                            at + 1 < items.size() ? items[at + 1] : Value()};
    for (std::size_t i = 0; i < std::size(values); ++i) {
        loop.entries[i].second = values[i];
    }
}

} // namespace

// ---- Statements

Evaluator::Flow Evaluator::runAll(const StmtList &statements, Scope *scope)
{
    for (const auto &statement : statements) {
        if (const Flow flow = runOne(*statement, scope); flow != Flow::kNext) {
            return flow;
        }
    }
    return Flow::kNext;
}

Evaluator::Flow Evaluator::runOne(const Stmt &statement, Scope *scope)
{
    const DepthGuard guard(m_depth);
    m_machine.budget.step();
    switch (statement.kind) {
    case StmtKind::kData:
        write(statement.text);
        break;
    case StmtKind::kOutput:
        write(toText(evaluate(*statement.expr, scope), m_machine.budget));
        break;
    case StmtKind::kIf:
        return runIf(statement, scope);
    case StmtKind::kFor:
        return runFor(statement, scope);
    case StmtKind::kSet:
        runSet(statement, scope);
        break;
    case StmtKind::kSetMember:
        runSetMember(statement, scope);
        break;
    case StmtKind::kSetBlock:
        scope->set(statement.names[0], filteredText(statement.filter.get(), captured(statement.body, m_machine.heap.scope(scope)), scope));
        break;
    case StmtKind::kMacro:
        runMacro(statement, scope);
        break;
    case StmtKind::kFilter:
        write(toText(filteredText(statement.filter.get(), captured(statement.body, m_machine.heap.scope(scope)), scope), m_machine.budget));
        break;
    case StmtKind::kBlock:
        return runAll(statement.body, scope);
    case StmtKind::kDo:
        (void)evaluate(*statement.expr, scope);
        break;
    case StmtKind::kBreak:
        return Flow::kBreak;
    case StmtKind::kContinue:
        return Flow::kContinue;
    }
    return Flow::kNext;
}

Evaluator::Flow Evaluator::runIf(const Stmt &statement, Scope *scope)
{
    for (const Branch &branch : statement.branches) {
        if (branch.condition == nullptr || evaluate(*branch.condition, scope).truth()) {
            return runAll(branch.body, scope);
        }
    }
    return Flow::kNext;
}

Evaluator::Flow Evaluator::runFor(const Stmt &statement, Scope *scope)
{
    std::vector<Value> items = itemsOf(m_machine, evaluate(*statement.expr, scope));
    if (statement.condition != nullptr) {
        Scope *inner = m_machine.heap.scope(scope);
        std::erase_if(items, [&](const Value &item) {
            assign(statement.names, item, inner);
            return !evaluate(*statement.condition, inner).truth();
        });
    }
    if (items.empty()) {
        return runAll(statement.otherwise, scope);
    }
    Dict *loop = m_machine.heap.dict();
    Scope *inner = m_machine.heap.scope(scope);
    for (std::size_t at = 0; at < items.size(); ++at) {
        m_machine.budget.step(4);
        describeLoop(*loop, items, at);
        inner->names.clear(); // names set in the body end with the round
        inner->set("loop", Value::Namespace{loop});
        assign(statement.names, items[at], inner);
        if (runAll(statement.body, inner) == Flow::kBreak) {
            break;
        }
    }
    return Flow::kNext;
}

void Evaluator::assign(const std::vector<std::string> &names, const Value &value, Scope *scope)
{
    if (names.size() == 1) {
        scope->set(names[0], value);
        return;
    }
    const std::vector<Value> parts = itemsOf(m_machine, value);
    if (parts.size() != names.size()) {
        fail(fmt::format("{} values cannot be given to {} names", parts.size(), names.size()));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        scope->set(names[i], parts[i]);
    }
}

void Evaluator::runSet(const Stmt &statement, Scope *scope)
{
    assign(statement.names, evaluate(*statement.expr, scope), scope);
}

void Evaluator::runSetMember(const Stmt &statement, Scope *scope)
{
    const Value *target = scope->find(statement.names[0]);
    Dict *attributes = target == nullptr ? nullptr : target->attributes();
    if (attributes == nullptr) {
        fail(fmt::format("\"{}\" is no namespace", statement.names[0]));
    }
    Value value = evaluate(*statement.expr, scope);
    attributes->set(Value(statement.names[1]), std::move(value));
}

void Evaluator::runMacro(const Stmt &statement, Scope *scope)
{
    Callable &callable = m_machine.heap.callables.emplace_back();
    callable.name = statement.macro->name;
    callable.macro = statement.macro.get();
    callable.scope = scope;
    scope->set(statement.macro->name, &std::as_const(callable));
}

void Evaluator::write(std::string_view text)
{
    m_machine.budget.string(m_out.size() + text.size() > Budget::kStringBytes ? Budget::kStringBytes + 1 : text.size());
    m_out += text;
}

std::string Evaluator::captured(const StmtList &statements, Scope *scope)
{
    std::string outer = std::exchange(m_out, {});
    runAll(statements, scope);
    return std::exchange(m_out, std::move(outer));
}

Value Evaluator::filteredText(const Expr *chain, const std::string &text, Scope *scope)
{
    if (chain == nullptr || chain->kind != ExprKind::kFilter) {
        return text;
    }
    const Value input = filteredText(chain->parts[0].get(), text, scope);
    return applyFilter(m_machine, chain->text, input, arguments(*chain, scope));
}

// ---- Expressions

Value Evaluator::evaluate(const Expr &expr, Scope *scope)
{
    const DepthGuard guard(m_depth);
    m_machine.budget.step();
    try {
        return evaluateKind(expr, scope);
    } catch (Failure &failure) {
        if (failure.line == 0) {
            failure.line = expr.line;
            failure.column = expr.column;
        }
        throw;
    }
}

Value Evaluator::evaluateKind(const Expr &expr, Scope *scope)
{
    switch (expr.kind) {
    case ExprKind::kConstant:
        return expr.value;
    case ExprKind::kName:
        return name(expr, scope);
    case ExprKind::kAttribute:
        return attributeOf(m_machine, evaluate(*expr.parts[0], scope), expr.text);
    case ExprKind::kItem: {
        const Value value = evaluate(*expr.parts[0], scope);
        return itemOf(m_machine, value, evaluate(*expr.parts[1], scope));
    }
    case ExprKind::kSlice:
        return slice(expr, scope);
    case ExprKind::kCall:
        return call(expr, scope);
    case ExprKind::kFilter: {
        const Value input = evaluate(*expr.parts[0], scope);
        return applyFilter(m_machine, expr.text, input, arguments(expr, scope));
    }
    case ExprKind::kTest: {
        const Value input = evaluate(*expr.parts[0], scope);
        return applyTest(m_machine, expr.text, input, arguments(expr, scope));
    }
    case ExprKind::kNot:
        return !evaluate(*expr.parts[0], scope).truth();
    case ExprKind::kNegate:
        return applyBinary(m_machine, "-", Value(std::int64_t{0}), evaluate(*expr.parts[0], scope));
    case ExprKind::kPlus:
        return applyBinary(m_machine, "+", Value(std::int64_t{0}), evaluate(*expr.parts[0], scope));
    case ExprKind::kBinary: {
        const Value left = evaluate(*expr.parts[0], scope);
        return applyBinary(m_machine, expr.text, left, evaluate(*expr.parts[1], scope));
    }
    case ExprKind::kAnd: {
        const Value left = evaluate(*expr.parts[0], scope);
        return left.truth() ? evaluate(*expr.parts[1], scope) : left;
    }
    case ExprKind::kOr: {
        const Value left = evaluate(*expr.parts[0], scope);
        return left.truth() ? left : evaluate(*expr.parts[1], scope);
    }
    case ExprKind::kCompare:
        return compare(expr, scope);
    case ExprKind::kCondition:
        if (evaluate(*expr.parts[0], scope).truth()) {
            return evaluate(*expr.parts[1], scope);
        }
        return expr.parts[2] == nullptr ? Value() : evaluate(*expr.parts[2], scope);
    case ExprKind::kList:
        return listOf(expr, scope);
    case ExprKind::kDict:
        return dictOf(expr, scope);
    }
    return {};
}

Value Evaluator::name(const Expr &expr, Scope *scope)
{
    if (const Value *found = scope->find(expr.text)) {
        return *found;
    }
    return isFunction(expr.text) ? m_machine.heap.callable(expr.text) : Value();
}

Value Evaluator::listOf(const Expr &expr, Scope *scope)
{
    List *list = m_machine.heap.list();
    for (const ExprPtr &part : expr.parts) {
        list->items.push_back(evaluate(*part, scope));
    }
    return list;
}

Value Evaluator::dictOf(const Expr &expr, Scope *scope)
{
    Dict *dict = m_machine.heap.dict();
    for (std::size_t i = 0; i + 1 < expr.parts.size(); i += 2) {
        const Value key = evaluate(*expr.parts[i], scope);
        dict->set(key, evaluate(*expr.parts[i + 1], scope));
    }
    return dict;
}

Value Evaluator::compare(const Expr &expr, Scope *scope)
{
    Value left = evaluate(*expr.parts[0], scope);
    for (std::size_t i = 0; i < expr.operators.size(); ++i) {
        Value right = evaluate(*expr.parts[i + 1], scope);
        if (!comparePair(expr.operators[i], left, right)) {
            return false;
        }
        left = std::move(right);
    }
    return true;
}

bool Evaluator::comparePair(const std::string &op, const Value &left, const Value &right)
{
    Budget &budget = m_machine.budget;
    if (op == "==") {
        return equal(left, right, budget);
    }
    if (op == "!=") {
        return !equal(left, right, budget);
    }
    if (op == "in") {
        return contains(m_machine, right, left);
    }
    if (op == "not in") {
        return !contains(m_machine, right, left);
    }
    if (op == "<") {
        return less(left, right, budget);
    }
    if (op == ">") {
        return less(right, left, budget);
    }
    return op == "<=" ? !less(right, left, budget) : !less(left, right, budget);
}

namespace
{

/// Bounds of a slice as Python has them, for a sequence of `size`.
struct SliceBounds
{
    std::int64_t start;
    std::int64_t stop;
    std::int64_t step;
};

SliceBounds sliceBounds(const Value &start, const Value &stop, const Value &step, std::int64_t size)
{
    const auto given = [](const Value &value) { return !value.isUndefined() && !value.isNone(); };
    SliceBounds out{0, size, given(step) ? step.integer("the step of a slice") : 1};
    if (out.step == 0) {
        fail("the step of a slice cannot be 0");
    }
    const bool back = out.step < 0;
    const std::int64_t lowest = back ? -1 : 0;
    const std::int64_t highest = back ? size - 1 : size;
    const auto bound = [&](const Value &value, std::int64_t fallback) {
        if (!given(value)) {
            return fallback;
        }
        const std::int64_t at = value.integer("a bound of a slice");
        return std::clamp(at < 0 ? at + size : at, lowest, highest);
    };
    out.start = bound(start, back ? highest : lowest);
    out.stop = bound(stop, back ? lowest : highest);
    out.step = std::clamp(out.step, -size - 1, size + 1); // longer steps take one item all the same
    return out;
}

} // namespace

Value Evaluator::slice(const Expr &expr, Scope *scope)
{
    const Value value = evaluate(*expr.parts[0], scope);
    const auto part = [&](std::size_t i) { return expr.parts[i] == nullptr ? Value() : evaluate(*expr.parts[i], scope); };
    const Value start = part(1);
    const Value stop = part(2);
    const Value step = part(3);
    if (!value.isString() && value.list() == nullptr) {
        fail(fmt::format("{} cannot be sliced", value.typeName()));
    }
    const std::vector<Value> items = itemsOf(m_machine, value);
    const SliceBounds bounds = sliceBounds(start, stop, step, static_cast<std::int64_t>(items.size()));
    List *list = m_machine.heap.list();
    for (std::int64_t i = bounds.start; bounds.step > 0 ? i < bounds.stop : i > bounds.stop; i += bounds.step) {
        list->items.push_back(items[static_cast<std::size_t>(i)]);
    }
    if (!value.isString()) {
        return list;
    }
    std::string text;
    for (const Value &item : list->items) {
        text += *item.string();
    }
    m_machine.budget.string(text.size());
    return text;
}

Arguments Evaluator::arguments(const Expr &expr, Scope *scope)
{
    Arguments out;
    for (std::size_t i = 1; i < expr.parts.size(); ++i) {
        out.positional.push_back(evaluate(*expr.parts[i], scope));
    }
    for (const auto &[key, value] : expr.named) {
        out.named.emplace_back(key, evaluate(*value, scope));
    }
    return out;
}

Value Evaluator::call(const Expr &expr, Scope *scope)
{
    const Value callee = evaluate(*expr.parts[0], scope);
    const Callable *callable = callee.callable();
    if (callable == nullptr) {
        const Expr &named = *expr.parts[0];
        fail(fmt::format("{}{} cannot be called", named.text.empty() ? "" : "\"" + named.text + "\": ", callee.typeName()));
    }
    const Arguments given = arguments(expr, scope);
    if (callable->macro != nullptr) {
        return callMacro(*callable, given);
    }
    if (!callable->self.isUndefined()) {
        return callMethod(m_machine, callable->self, callable->name, given);
    }
    return callFunction(m_machine, callable->name, given);
}

Value Evaluator::callMacro(const Callable &callable, const Arguments &given)
{
    const Macro &macro = *callable.macro;
    Scope *inner = m_machine.heap.scope(callable.scope);
    for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
        Value value = given.get(i, macro.parameters[i]);
        if (value.isUndefined() && macro.defaults[i] != nullptr) {
            value = evaluate(*macro.defaults[i], inner);
        }
        inner->set(macro.parameters[i], std::move(value));
    }
    return captured(macro.body, inner);
}

} // namespace conclave::engine::jinja
