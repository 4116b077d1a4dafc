#pragma once

#include "tests/ui/window_fixture.h"

namespace conclave::tests
{

/// A large model that sees pictures: 48 layers of 128 experts, part of them on disk; the first layer is dense.
Script expertScript();
/// The same with a quarter of each layer's experts on a card.
Script cardExpertScript();
/// The same as the first with experts that collapse in two layers.
Script collapsedScript();

} // namespace conclave::tests
