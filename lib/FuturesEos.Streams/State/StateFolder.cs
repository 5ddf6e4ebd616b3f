using System.Globalization;
using FuturesEos.Streams.Errors;

namespace FuturesEos.Streams.State;

/// <summary>
/// The folder of one application on this machine: lock, instance id and a folder for each store. One process at a time;
/// inside it, one thread at a time holds a task's store, for a thread that lost a task may close it after
/// another was given it.
/// </summary>
/// <remarks><c>DIR/APPLICATION/{lock, owner, instance, STORE-0, STORE-1, …}</c></remarks>
internal sealed class StateFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly HashSet<int> _held = [];
    private readonly Lock _heldGate = new();
    private readonly string _storeName;

    public StateFolder(StreamsOptions options)
    {
        _storeName = options.StoreName;
        Root = Path.GetFullPath(Path.Combine(options.StateDirectory, options.ApplicationId));
        _lock = Acquire(Root);
        try
        {
            InstanceId = options.InstanceId ?? ReadOrMakeInstanceId();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    public string Root { get; }

    public string InstanceId { get; }

    public string StorePath(int partition) =>
        Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"{_storeName}-{partition}"));

    /// <summary>False while another thread of this process still holds the task's store.</summary>
    public bool TryHold(int partition)
    {
        lock (_heldGate)
            return _held.Add(partition);
    }

    public void Release(int partition)
    {
        lock (_heldGate)
            _held.Remove(partition);
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Acquire(string root)
    {
        var owner = Path.Combine(root, "owner");
        try
        {
            Directory.CreateDirectory(root);

            var held = Hold(Path.Combine(root, "lock"));
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StreamsFatalException($"The state folder {root} cannot be written: {e.Message}", e);
        }
        catch (IOException e) when (File.Exists(owner))
        {
            throw new StreamsFatalException(
                $"The state folder {root} is used by process {File.ReadAllText(owner)}; "
                    + $"this is process {Environment.ProcessId}. "
                    + "Give each process a state folder of its own (--state-dir), or stop the other one.",
                e);
        }
        catch (IOException e)
        {
            throw new StreamsFatalException($"The state folder {root} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>
    /// The lock is the kernel's, for the life of the process: a SIGKILL leaves no stale one behind. For a moment it can
    /// outlive its owner, in a child that was forked from it and has not begun its own program yet; so it is asked for
    /// again before it is refused.
    /// </summary>
    private static FileStream Hold(string file)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 10)
            {
                Thread.Sleep(50);
            }
        }
    }

    private string ReadOrMakeInstanceId()
    {
        var file = Path.Combine(Root, "instance");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } kept)
            return kept;

        // stable over restarts: the next producer of this id ends at once what a killed one left open,
        // instead of after its timeout
        var made = Guid.NewGuid().ToString("N")[..12];
        File.WriteAllText(file + ".new", made);
        File.Move(file + ".new", file, overwrite: true);
        return made;
    }
}
