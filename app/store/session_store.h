#pragma once

#include "app/store/conversation_store.h"

#include <QTemporaryDir>

namespace conclave::app
{

/// The store that a run of the program works with: the user's, or, when that cannot be opened, one that ends with the run.
struct SessionStore
{
    std::unique_ptr<QTemporaryDir> temporary; ///< set when the user's own could not be opened; outlives the store
    std::unique_ptr<ConversationStore> store; ///< null when neither could be opened
    QString warning;                          ///< for the user; empty: all is well
};

SessionStore openSessionStore(const QString &folder);

} // namespace conclave::app
