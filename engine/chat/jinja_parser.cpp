#include "engine/chat/jinja_ast.h"
#include "engine/chat/jinja_expr_parser.h"
#include "engine/chat/jinja_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace conclave::engine::jinja
{

namespace
{

/// Statements; expressions are ExprParser's.
class Parser
{
public:
    explicit Parser(const std::vector<Token> &tokens) : m_stream(tokens), m_expr(m_stream) {}

    StmtList run()
    {
        StmtList out = parseBody({});
        if (!m_stream.at(TokenKind::kEnd)) {
            m_stream.fail("this tag closes nothing");
        }
        return out;
    }

private:
    using Stop = std::initializer_list<std::string_view>;

    std::unique_ptr<Stmt> make(StmtKind kind) const
    {
        auto out = std::make_unique<Stmt>();
        out->kind = kind;
        out->line = m_stream.current().line;
        out->column = m_stream.current().column;
        return out;
    }

    /// Statements up to a block whose name is in `stop`; that block's begin is not consumed.
    StmtList parseBody(Stop stop)
    {
        const DepthGuard guard(m_depth);
        StmtList out;
        while (!m_stream.at(TokenKind::kEnd)) {
            if (m_stream.at(TokenKind::kBlockBegin)) {
                const std::string &name = m_stream.peek().text;
                if (std::find(stop.begin(), stop.end(), name) != stop.end()) {
                    return out;
                }
                if (auto statement = parseBlock()) {
                    out.push_back(std::move(statement));
                } else if (stop.size() == 0) {
                    return out;
                } else {
                    m_stream.fail(fmt::format("\"{}\" is expected before this tag", *(stop.end() - 1)));
                }
            } else if (m_stream.at(TokenKind::kVariableBegin)) {
                auto statement = make(StmtKind::kOutput);
                m_stream.advance();
                statement->expr = m_expr.parseTuple();
                m_stream.expect(TokenKind::kVariableEnd, "}}");
                out.push_back(std::move(statement));
            } else {
                auto statement = make(StmtKind::kData);
                statement->text = m_stream.current().text;
                m_stream.advance();
                out.push_back(std::move(statement));
            }
        }
        if (stop.size() > 0) {
            m_stream.fail(fmt::format("\"{}\" is missing", *(stop.end() - 1)));
        }
        return out;
    }

    /// `{% name`: consumes both; the caller has checked the name.
    void openTag()
    {
        m_stream.advance();
        m_stream.advance();
    }
    void closeTag() { m_stream.expect(TokenKind::kBlockEnd, "%}"); }
    void endTag()
    {
        openTag();
        closeTag();
    }

    /// Null for a tag that ends a block.
    std::unique_ptr<Stmt> parseBlock()
    {
        const std::string name = m_stream.peek().text;
        if (name.starts_with("end") || name == "else" || name == "elif") {
            return nullptr;
        }
        auto statement = make(StmtKind::kBlock);
        openTag();
        if (name == "if") {
            parseIf(*statement);
        } else if (name == "for") {
            parseFor(*statement);
        } else if (name == "set") {
            parseSet(*statement);
        } else if (name == "macro") {
            parseMacro(*statement);
        } else if (name == "filter") {
            parseFilter(*statement);
        } else if (name == "do") {
            statement->kind = StmtKind::kDo;
            statement->expr = m_expr.parseTuple();
            closeTag();
        } else if (name == "break" || name == "continue") {
            if (m_loops == 0) {
                m_stream.fail(fmt::format("\"{}\" is outside of a loop", name));
            }
            statement->kind = name == "break" ? StmtKind::kBreak : StmtKind::kContinue;
            closeTag();
        } else if (name == "generation") { // marks what a model wrote, for training
            closeTag();
            statement->body = parseBody({"endgeneration"});
            endTag();
        } else {
            m_stream.fail(fmt::format("the tag \"{}\" is not known", name));
        }
        return statement;
    }

    void parseIf(Stmt &statement)
    {
        statement.kind = StmtKind::kIf;
        while (true) {
            Branch branch;
            branch.condition = m_expr.parseTuple();
            closeTag();
            branch.body = parseBody({"elif", "else", "endif"});
            statement.branches.push_back(std::move(branch));
            const std::string name = m_stream.peek().text;
            openTag();
            if (name == "elif") {
                continue;
            }
            closeTag();
            if (name == "else") {
                Branch last;
                last.body = parseBody({"endif"});
                statement.branches.push_back(std::move(last));
                endTag();
            }
            return;
        }
    }

    void parseFor(Stmt &statement)
    {
        statement.kind = StmtKind::kFor;
        const bool bracket = m_stream.skipOperator("(");
        do {
            statement.names.push_back(m_stream.expectName());
        } while (m_stream.skipOperator(","));
        if (bracket) {
            m_stream.expectOperator(")");
        }
        m_stream.expectKeyword("in");
        statement.expr = m_expr.parseUnconditional();
        if (m_stream.skipKeyword("if")) {
            statement.condition = m_expr.parseExpression();
        }
        if (m_stream.skipKeyword("recursive")) {
            m_stream.fail("recursive loops are not supported");
        }
        closeTag();
        ++m_loops;
        statement.body = parseBody({"else", "endfor"});
        --m_loops;
        if (m_stream.peek().text == "else") {
            endTag();
            statement.otherwise = parseBody({"endfor"});
        }
        endTag();
    }

    void parseSet(Stmt &statement)
    {
        statement.kind = StmtKind::kSet;
        statement.names.push_back(m_stream.expectName());
        if (m_stream.skipOperator(".")) {
            statement.kind = StmtKind::kSetMember;
            statement.names.push_back(m_stream.expectName());
        }
        while (statement.kind == StmtKind::kSet && m_stream.skipOperator(",")) {
            statement.names.push_back(m_stream.expectName());
        }
        if (m_stream.skipOperator("=")) {
            statement.expr = m_expr.parseTuple();
            closeTag();
            return;
        }
        if (statement.kind != StmtKind::kSet || statement.names.size() != 1) {
            m_stream.fail("\"=\" is missing");
        }
        statement.kind = StmtKind::kSetBlock;
        if (m_stream.skipOperator("|")) {
            statement.filter = m_expr.parseFilterChain();
        }
        closeTag();
        statement.body = parseBody({"endset"});
        endTag();
    }

    void parseMacro(Stmt &statement)
    {
        statement.kind = StmtKind::kMacro;
        statement.macro = std::make_unique<Macro>();
        Macro &macro = *statement.macro;
        macro.name = m_stream.expectName();
        m_stream.expectOperator("(");
        while (!m_stream.skipOperator(")")) {
            if (!macro.parameters.empty()) {
                m_stream.expectOperator(",");
            }
            macro.parameters.push_back(m_stream.expectName());
            macro.defaults.push_back(m_stream.skipOperator("=") ? m_expr.parseExpression() : nullptr);
        }
        closeTag();
        const int loops = std::exchange(m_loops, 0);
        macro.body = parseBody({"endmacro"});
        m_loops = loops;
        endTag();
    }

    void parseFilter(Stmt &statement)
    {
        statement.kind = StmtKind::kFilter;
        statement.filter = m_expr.parseFilterChain();
        closeTag();
        statement.body = parseBody({"endfilter"});
        endTag();
    }

    TokenStream m_stream;
    ExprParser m_expr;
    int m_depth = 0;
    int m_loops = 0;
};

} // namespace

StmtList parse(std::string_view source)
{
    const std::vector<Token> tokens = tokenize(source);
    return Parser(tokens).run();
}

} // namespace conclave::engine::jinja
