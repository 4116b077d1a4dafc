#pragma once

#include "ui/desktop/language.h"
#include "ui/ui_entry.h"
#include "ui/view_models/appearance.h"
#include "ui/view_models/preferences.h"

/// What the windows of one program share. GUI thread only.
namespace conclave::ui
{

struct Common
{
    explicit Common(const WindowOptions &options)
        : appearance(options.folder()), preferences(options.folder()), language(preferences, options.locale)
    {
    }

    Appearance appearance;
    Preferences preferences;
    Language language;
};

} // namespace conclave::ui
