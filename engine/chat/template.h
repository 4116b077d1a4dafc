#pragma once

#include "engine/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <ctime>
#include <memory>
#include <string>
#include <string_view>

namespace conclave::engine
{

/// A parsed Jinja template: the part of the language that chat templates use, with trim_blocks, lstrip_blocks and loop controls on.
/// Templates come out of model files and are not trusted: steps, nesting, texts and lists are bounded, nothing outside is reachable.
/// Immutable; safe to render from several threads.
class Template
{
public:
    /// kBadMetadata with line and column for what is no template.
    static Result<Template> parse(std::string_view source);

    /// Writes the template out; `variables` is an object. `now` is what strftime_now() shows.
    /// kInvalidRequest: the template itself refused the variables (raise_exception) or they do not fit it.
    Result<std::string> render(const nlohmann::ordered_json &variables, const std::tm &now) const;

    Template(Template &&) noexcept;
    Template &operator=(Template &&) noexcept;
    ~Template();

private:
    struct Impl;
    explicit Template(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Parses and renders with the present local time.
Result<std::string> renderTemplate(std::string_view source, const nlohmann::ordered_json &variables);

/// The present local time.
std::tm localNow();

} // namespace conclave::engine
