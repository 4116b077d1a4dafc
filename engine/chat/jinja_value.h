#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Values of the template language: Python's, as far as chat templates see them.
namespace conclave::engine::jinja
{

class Value;
struct List;
struct Dict;
struct Callable;
struct Macro;
struct Scope;

/// Thrown inside of the interpreter only; renderTemplate turns it into an Error.
struct Failure
{
    std::string message;
    bool raised = false; ///< by the template itself (raise_exception)
    int line = 0;        ///< 0: not known; the interpreter adds its place
    int column = 0;
};

[[noreturn]] void fail(std::string message);

/// Strings are shared and never change; lists, dictionaries and callables lie in the Heap of the rendering and are only pointed to.
class Value
{
public:
    struct Undefined
    {
    };
    struct None
    {
    };
    /// What namespace() makes: a dictionary with attributes that may be set.
    struct Namespace
    {
        Dict *dict;
    };
    using String = std::shared_ptr<const std::string>;

    Value() = default;
    Value(None none) : m_value(none) {}
    Value(bool value) : m_value(value) {}
    Value(std::int64_t value) : m_value(value) {}
    Value(double value) : m_value(value) {}
    Value(std::string value) : m_value(std::make_shared<const std::string>(std::move(value))) {}
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(const char *value) : Value(std::string(value)) {}
    Value(List *list) : m_value(list) {}
    Value(Dict *dict) : m_value(dict) {}
    Value(Namespace value) : m_value(value) {}
    Value(const Callable *callable) : m_value(callable) {}

    template <typename T>
    bool is() const
    {
        return std::holds_alternative<T>(m_value);
    }
    bool isUndefined() const { return is<Undefined>(); }
    bool isNone() const { return is<None>(); }
    bool isString() const { return is<String>(); }
    bool isInteger() const { return is<std::int64_t>() || is<bool>(); }
    bool isNumber() const { return isInteger() || is<double>(); }

    const std::string *string() const;
    List *list() const;
    Dict *dict() const;       ///< not of a namespace
    Dict *attributes() const; ///< of a namespace
    const Callable *callable() const;
    /// Of booleans and integers; others fail with `what` as the name of the thing.
    std::int64_t integer(std::string_view what) const;
    double number() const;

    bool truth() const;
    /// Python's name of the type, for messages.
    const char *typeName() const;

private:
    std::variant<Undefined, None, bool, std::int64_t, double, String, List *, Dict *, Namespace, const Callable *> m_value;
};

struct List
{
    std::vector<Value> items;
};

/// Keeps the order in which keys came. Keys are strings or numbers.
struct Dict
{
    std::vector<std::pair<Value, Value>> entries;

    Value *findText(std::string_view key);
    Value *find(const Value &key);
    void set(const Value &key, Value value);
    /// The removed value, or undefined.
    Value remove(const Value &key);
};

/// A function of the language, a method of a value, or a macro.
struct Callable
{
    std::string name;
    Value self;                   ///< of methods
    const Macro *macro = nullptr; ///< of macros
    Scope *scope = nullptr;       ///< where the macro was defined
};

/// Names of a block; looked up outwards.
struct Scope
{
    Scope *parent = nullptr;
    std::vector<std::pair<std::string_view, Value>> names; ///< views into the parsed template

    const Value *find(std::string_view name) const;
    void set(std::string_view name, Value value);
};

/// Owns what one rendering makes. Nothing is freed before its end, so that values may point at each other in circles.
struct Heap
{
    std::deque<List> lists;
    std::deque<Dict> dicts;
    std::deque<Callable> callables;
    std::deque<Scope> scopes;

    List *list() { return &lists.emplace_back(); }
    Dict *dict() { return &dicts.emplace_back(); }
    Scope *scope(Scope *parent);
    Value callable(std::string name, Value self = {});
};

/// What a rendering may use. Fails when it is exceeded.
class Budget
{
public:
    static constexpr std::int64_t kSteps = 5'000'000;
    static constexpr std::size_t kStringBytes = std::size_t{64} << 20; ///< of one string, and of the output
    static constexpr std::int64_t kBytesMade = std::int64_t{1} << 29;  ///< of all strings together
    static constexpr std::size_t kListItems = 1'000'000;
    static constexpr int kDepth = 400;

    void step(std::int64_t count = 1);
    /// To be called before a string of `size` bytes is made.
    void string(std::size_t size);
    static void list(std::size_t size);

private:
    std::int64_t m_steps = 0;
    std::int64_t m_bytes = 0;
};

/// Counts nesting while it lives.
class DepthGuard
{
public:
    explicit DepthGuard(int &depth) : m_depth(depth)
    {
        if (++m_depth > Budget::kDepth) {
            --m_depth;
            fail("it is nested too deeply");
        }
    }
    DepthGuard(const DepthGuard &) = delete;
    DepthGuard &operator=(const DepthGuard &) = delete;
    ~DepthGuard() { --m_depth; }

private:
    int &m_depth;
};

/// Python's ==.
bool equal(const Value &a, const Value &b, Budget &budget, int depth = 0);
/// Python's < of numbers, of strings and of lists; others fail.
bool less(const Value &a, const Value &b, Budget &budget, int depth = 0);
/// Python's str(); of undefined nothing.
std::string toText(const Value &value, Budget &budget);
/// Python's repr().
std::string toRepr(const Value &value, Budget &budget);
std::string floatText(double value);

} // namespace conclave::engine::jinja
