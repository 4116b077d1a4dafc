#pragma once

#include "tests/ui/window_fixture.h"

namespace conclave::tests
{

/// What the gallery shows of attachments, of what fits into the context, and of receipts.
const QStringList &attachmentScenes();
/// The engine that `scene` needs.
Script attachmentScript(const QString &scene);
void showAttachmentScene(const WindowFixture &fixture, const QString &scene);

} // namespace conclave::tests
