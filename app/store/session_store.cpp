#include "app/store/session_store.h"

#include "app/log/error_text.h"

#include <QCoreApplication>

namespace conclave::app
{

SessionStore openSessionStore(const QString &folder)
{
    SessionStore out;
    auto opened = ConversationStore::open(folder);
    if (opened) {
        out.store = std::move(*opened);
        return out;
    }
    out.warning = errorText(opened.error());
    out.temporary = std::make_unique<QTemporaryDir>();
    if (!out.temporary->isValid())
        return out;
    auto replacement = ConversationStore::open(out.temporary->path());
    if (!replacement)
        return out;
    out.store = std::move(*replacement);
    out.warning += u' ' + QCoreApplication::translate("ConversationStore", "What you write now is gone when the program ends.");
    return out;
}

} // namespace conclave::app
