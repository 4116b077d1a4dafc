#include "kernels/cuda/cuda_graphs.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kFewest = 6; ///< shorter lists are not worth a graph
constexpr std::size_t kMostGraphs = 48;

bool sameKernel(const KernelStart &a, const KernelStart &b)
{
    return a.function == b.function && a.threads == b.threads && a.sharedBytes == b.sharedBytes && a.used == b.used;
}

bool sameValues(const KernelStart &a, const KernelStart &b)
{
    return a.grid.x == b.grid.x && a.grid.y == b.grid.y && a.grid.z == b.grid.z &&
           std::memcmp(a.values.data(), b.values.data(), a.used) == 0;
}

cudaKernelNodeParams nodeOf(const KernelStart &start, void **parameters)
{
    cudaKernelNodeParams node{};
    node.func = const_cast<void *>(start.function);
    node.gridDim = start.grid;
    node.blockDim = dim3(start.threads);
    node.sharedMemBytes = start.sharedBytes;
    node.kernelParams = parameters;
    return node;
}

cudaError_t addNode(cudaGraphNode_t &node, cudaGraph_t graph, const cudaGraphNode_t *before, bool early, const KernelStart &start)
{
    auto parameters = start.parameters();
    if (!early) {
        const cudaKernelNodeParams params = nodeOf(start, parameters.data());
        return cudaGraphAddKernelNode(&node, graph, before, before != nullptr ? 1 : 0, &params);
    }
    cudaGraphNodeParams params{};
    params.type = cudaGraphNodeTypeKernel;
    params.kernel.func = const_cast<void *>(start.function);
    params.kernel.gridDim = start.grid;
    params.kernel.blockDim = dim3(start.threads);
    params.kernel.sharedMemBytes = start.sharedBytes;
    params.kernel.kernelParams = parameters.data();
    cudaGraphEdgeData edge{};
    edge.from_port = cudaGraphKernelNodePortProgrammatic;
    edge.type = cudaGraphDependencyTypeProgrammatic;
#if CUDART_VERSION >= 13000
    return cudaGraphAddNode(&node, graph, before, &edge, 1, &params);
#else
    return cudaGraphAddNode_v2(&node, graph, before, &edge, 1, &params);
#endif
}

} // namespace

void CudaGraphs::Graph::drop()
{
    if (ready != nullptr)
        (void)cudaGraphExecDestroy(ready); // a run in progress goes on
    if (graph != nullptr)
        (void)cudaGraphDestroy(graph);
    ready = nullptr;
    graph = nullptr;
    nodes.clear();
}

cudaError_t CudaGraphs::startEach(const std::vector<KernelStart> &kernels, cudaStream_t stream, bool overlap)
{
    for (const KernelStart &start : kernels)
        if (const cudaError_t error = startOn(start, stream, overlap); error != cudaSuccess)
            return error;
    return cudaSuccess;
}

CudaGraphs::Graph *CudaGraphs::find(const std::vector<KernelStart> &kernels)
{
    for (const auto &graph : m_graphs)
        if (std::equal(kernels.begin(), kernels.end(), graph->kernels.begin(), graph->kernels.end(), sameKernel))
            return graph.get();
    return nullptr;
}

void CudaGraphs::remember(const std::vector<KernelStart> &kernels)
{
    if (m_graphs.size() >= kMostGraphs)
        m_graphs.erase(std::min_element(m_graphs.begin(), m_graphs.end(), [](const auto &a, const auto &b) { return a->used < b->used; }));
    m_graphs.push_back(std::make_unique<Graph>());
    m_graphs.back()->kernels = kernels;
    m_graphs.back()->used = m_clock;
}

cudaError_t CudaGraphs::record(Graph &graph, const std::vector<KernelStart> &kernels) const
{
    cudaError_t error = cudaGraphCreate(&graph.graph, 0);
    for (std::size_t i = 0; i < kernels.size() && error == cudaSuccess; ++i) {
        const cudaGraphNode_t *before = i > 0 ? &graph.nodes.back() : nullptr;
        cudaGraphNode_t node = nullptr;
        error = addNode(node, graph.graph, before, before != nullptr && m_overlap && kernels[i].overlaps, kernels[i]);
        graph.nodes.push_back(node);
    }
    if (error == cudaSuccess)
        error = cudaGraphInstantiate(&graph.ready, graph.graph, 0);
    graph.kernels = kernels;
    return error;
}

cudaError_t CudaGraphs::update(Graph &graph, const std::vector<KernelStart> &kernels)
{
    for (std::size_t i = 0; i < kernels.size(); ++i) {
        if (sameValues(kernels[i], graph.kernels[i]))
            continue;
        auto parameters = kernels[i].parameters();
        const cudaKernelNodeParams params = nodeOf(kernels[i], parameters.data());
        if (const cudaError_t error = cudaGraphExecKernelNodeSetParams(graph.ready, graph.nodes[i], &params); error != cudaSuccess)
            return error;
        graph.kernels[i] = kernels[i];
    }
    return cudaSuccess;
}

cudaError_t CudaGraphs::start(const std::vector<KernelStart> &kernels, cudaStream_t stream)
{
    if (!m_record || kernels.size() < kFewest)
        return startEach(kernels, stream, m_overlap);
    ++m_clock;
    Graph *graph = find(kernels);
    if (graph == nullptr) {
        remember(kernels);
        return startEach(kernels, stream, m_overlap);
    }
    graph->used = m_clock;
    if (!graph->refused) {
        cudaError_t error = graph->ready != nullptr ? update(*graph, kernels) : record(*graph, kernels);
        if (error == cudaSuccess)
            return cudaGraphLaunch(graph->ready, stream);
        (void)cudaGetLastError();
        graph->drop();
        graph->refused = true;
    }
    return startEach(kernels, stream, m_overlap);
}

} // namespace conclave::kernels
