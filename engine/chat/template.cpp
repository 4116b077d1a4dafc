#include "engine/chat/template.h"

#include "engine/chat/jinja_evaluator.h"
#include "engine/chat/jinja_json.h"

#include <fmt/format.h>

#include <new>

namespace conclave::engine
{

struct Template::Impl
{
    jinja::StmtList statements;
};

namespace
{

std::string placed(const jinja::Failure &failure)
{
    return failure.line == 0 ? std::string() : fmt::format(" (line {}, column {})", failure.line, failure.column);
}

Error syntaxError(const jinja::Failure &failure)
{
    return {ErrorCode::kBadMetadata,
            fmt::format("The model's chat template cannot be read: {}{}. Choose another conversion of the model.", failure.message,
                        placed(failure)),
            {}};
}

Error renderError(const jinja::Failure &failure)
{
    if (failure.raised) {
        return {ErrorCode::kInvalidRequest, fmt::format("The model's chat template refuses this conversation: {}", failure.message),
                placed(failure)};
    }
    return {ErrorCode::kInvalidRequest,
            fmt::format("The model's chat template does not work for this conversation: {}{}. Choose another conversion of the model.",
                        failure.message, placed(failure)),
            {}};
}

Error outOfMemory()
{
    return {ErrorCode::kOutOfMemory, "There is not enough memory for the model's chat template. Close other programs and try again.", {}};
}

} // namespace

Template::Template(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Template::Template(Template &&) noexcept = default;
Template &Template::operator=(Template &&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::parse(std::string_view source)
{
    constexpr std::size_t kLongest = std::size_t{1} << 20;
    if (source.size() > kLongest) {
        return syntaxError({"it is too long"});
    }
    try {
        auto impl = std::make_unique<Impl>();
        impl->statements = jinja::parse(source);
        return Template(std::move(impl));
    } catch (const jinja::Failure &failure) {
        return syntaxError(failure);
    } catch (const std::bad_alloc &) {
        return outOfMemory();
    }
}

Result<std::string> Template::render(const nlohmann::ordered_json &variables, const std::tm &now) const
{
    try {
        jinja::Machine machine;
        machine.now = now;
        jinja::Scope *globals = machine.heap.scope(nullptr);
        for (auto variable = variables.begin(); variable != variables.end(); ++variable) {
            globals->set(variable.key(), jinja::fromNlohmann(machine.heap, *variable));
        }
        return jinja::Evaluator(machine, globals).run(m_impl->statements);
    } catch (const jinja::Failure &failure) {
        return renderError(failure);
    } catch (const nlohmann::json::exception &) {
        return renderError({"its variables are no JSON object"});
    } catch (const std::bad_alloc &) {
        return outOfMemory();
    }
}

Result<std::string> renderTemplate(std::string_view source, const nlohmann::ordered_json &variables)
{
    const auto parsed = Template::parse(source);
    if (!parsed) {
        return parsed.error();
    }
    return parsed->render(variables, localNow());
}

std::tm localNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm out{};
#ifdef _WIN32
    localtime_s(&out, &now);
#else
    localtime_r(&now, &out);
#endif
    return out;
}

} // namespace conclave::engine
