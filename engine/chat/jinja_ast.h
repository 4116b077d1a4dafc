#pragma once

#include "engine/chat/jinja_value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The parsed form of a template. Immutable once parsed.
namespace conclave::engine::jinja
{

enum class ExprKind
{
    kConstant,  ///< value
    kName,      ///< text
    kAttribute, ///< parts[0].text
    kItem,      ///< parts[0][parts[1]]
    kSlice,     ///< parts[0][parts[1]:parts[2]:parts[3]], each may be null
    kCall,      ///< parts[0](parts[1]..., named)
    kFilter,    ///< parts[0] | text(parts[1]..., named)
    kTest,      ///< parts[0] is text(parts[1]..., named)
    kNot,
    kNegate,
    kPlus,
    kBinary, ///< parts[0] text parts[1]
    kAnd,
    kOr,
    kCompare,   ///< parts[0] operators[0] parts[1] operators[1] parts[2]...
    kCondition, ///< parts[1] if parts[0] else parts[2]; the last may be null
    kList,      ///< of tuples too
    kDict,      ///< key, value, key, value...
};

struct Expr
{
    ExprKind kind = ExprKind::kConstant;
    int line = 0;
    int column = 0;
    int depth = 1;
    std::string text;
    Value value;
    std::vector<std::unique_ptr<Expr>> parts;
    std::vector<std::pair<std::string, std::unique_ptr<Expr>>> named;
    std::vector<std::string> operators;
};

using ExprPtr = std::unique_ptr<Expr>;

enum class StmtKind
{
    kData,      ///< text
    kOutput,    ///< expr
    kIf,        ///< branches; the last without condition is else
    kFor,       ///< names in expr if condition: body, otherwise
    kSet,       ///< names = expr
    kSetMember, ///< names[0].names[1] = expr
    kSetBlock,  ///< names[0] = body, through filter
    kMacro,     ///< macro
    kFilter,    ///< body through filter
    kBlock,     ///< body as it stands
    kDo,        ///< expr for its effect
    kBreak,
    kContinue,
};

struct Stmt;
using StmtList = std::vector<std::unique_ptr<Stmt>>;

struct Macro
{
    std::string name;
    std::vector<std::string> parameters;
    std::vector<ExprPtr> defaults; ///< one for each parameter, null for those without
    StmtList body;
};

struct Branch
{
    ExprPtr condition; ///< null: else
    StmtList body;
};

struct Stmt
{
    StmtKind kind = StmtKind::kData;
    int line = 0;
    int column = 0;
    std::string text;
    std::vector<std::string> names;
    ExprPtr expr;
    ExprPtr condition;
    ExprPtr filter; ///< chain of filters whose innermost input is a constant that the body's text replaces
    std::vector<Branch> branches;
    StmtList body;
    StmtList otherwise;
    std::unique_ptr<Macro> macro;
};

/// Throws Failure with the place.
StmtList parse(std::string_view source);

} // namespace conclave::engine::jinja
