#pragma once

#include "kernels/cuda/kernel_list.h"

#include <cuda_runtime_api.h>

#include <memory>
#include <vector>

/// Lists of kernels that come again and again, as steps of decoding do, become graphs: the second time a sequence of kernels is seen it is
/// recorded, from the third on replayed. What differs (a position, a number of splits) is set in the graph's nodes before.
namespace conclave::kernels
{

class CudaGraphs
{
public:
    /// `overlap`: kernels may start early. `record` false: everything is started one by one.
    CudaGraphs(bool record, bool overlap) : m_record(record), m_overlap(overlap) {}

    /// Puts the list onto the stream, in order.
    cudaError_t start(const std::vector<KernelStart> &kernels, cudaStream_t stream);

private:
    struct Graph
    {
        std::vector<KernelStart> kernels; ///< as they are in the graph
        std::vector<cudaGraphNode_t> nodes;
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t ready = nullptr;
        bool refused = false; ///< the driver would not have it
        std::uint64_t used = 0;

        Graph() = default;
        ~Graph() { drop(); }
        Graph(const Graph &) = delete;
        Graph &operator=(const Graph &) = delete;
        void drop();
    };

    static cudaError_t startEach(const std::vector<KernelStart> &kernels, cudaStream_t stream, bool overlap);
    Graph *find(const std::vector<KernelStart> &kernels);
    void remember(const std::vector<KernelStart> &kernels);
    cudaError_t record(Graph &graph, const std::vector<KernelStart> &kernels) const;
    static cudaError_t update(Graph &graph, const std::vector<KernelStart> &kernels);

    bool m_record, m_overlap;
    std::vector<std::unique_ptr<Graph>> m_graphs;
    std::uint64_t m_clock = 0;
};

} // namespace conclave::kernels
