using FuturesEos.Streams.Errors;
using FuturesEos.Streams.State.RocksDb;
using FuturesEos.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.State;

/// <summary>
/// Opens the committed store of a task, whatever state its folder is in: one that cannot be trusted is wiped, for the
/// changelog has everything.
/// </summary>
internal sealed class StoreOpener(StreamsOptions options, StateFolder folder, ILogger log)
{
    /// <summary>Null while another thread of this process still holds it.</summary>
    public ICommittedStore? TryOpen(TaskId task)
    {
        if (!folder.TryHold(task.Partition))
            return null;
        if (options.Store == StoreKind.Memory)
            return new MemoryStore();
        if (Native.Missing() is { } missing)
            throw new StreamsFatalException(missing);
        var path = folder.StorePath(task.Partition);
        try
        {
            return new RocksDbStore(path);
        }
        catch (Exception e) when (e is TaskCorruptedException or RocksDbException { IsCorruption: true })
        {
            log.StoreWiped(task, e.Message);
            return WipeAndOpen(path);
        }
        catch (Exception e) when (e is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new StreamsFatalException($"The store in {path} cannot be opened: {e.Message}", e);
        }
    }

    private static RocksDbStore WipeAndOpen(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
            return new RocksDbStore(path);
        }
        catch (Exception e) when (e is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw new StreamsFatalException($"The store in {path} is corrupted and cannot be wiped: {e.Message}", e);
        }
    }
}
