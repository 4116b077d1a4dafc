#include "engine/text/byte_trie.h"

namespace conclave::engine
{

std::int32_t ByteTrie::childOf(std::int32_t node, unsigned char byte) const
{
    std::int32_t child = m_nodes[static_cast<std::size_t>(node)].child;
    while (child >= 0 && m_nodes[static_cast<std::size_t>(child)].byte != byte) {
        child = m_nodes[static_cast<std::size_t>(child)].sibling;
    }
    return child;
}

void ByteTrie::add(std::string_view text, std::int32_t value)
{
    std::int32_t node = -1;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool atRoot = node < 0;
        std::int32_t next = atRoot ? m_roots[byte] : childOf(node, byte);
        if (next < 0) {
            next = static_cast<std::int32_t>(m_nodes.size());
            Node made;
            made.byte = byte;
            if (atRoot) {
                m_roots[byte] = next;
            } else {
                made.sibling = m_nodes[static_cast<std::size_t>(node)].child;
                m_nodes[static_cast<std::size_t>(node)].child = next;
            }
            m_nodes.push_back(made);
        }
        node = next;
    }
    std::int32_t &stored = m_nodes[static_cast<std::size_t>(node)].value;
    stored = stored < 0 ? value : stored;
}

ByteTrie::Match ByteTrie::longest(std::string_view text) const
{
    Match best;
    std::int32_t node = -1;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        node = i == 0 ? m_roots[byte] : childOf(node, byte);
        if (node < 0) {
            break;
        }
        if (const std::int32_t value = m_nodes[static_cast<std::size_t>(node)].value; value >= 0) {
            best = {value, i + 1};
        }
    }
    return best;
}

} // namespace conclave::engine
