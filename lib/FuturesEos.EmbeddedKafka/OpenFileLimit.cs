namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// What is left of the files that the operating system lets this process open (<c>ulimit -n</c>): each connection and
/// each segment is one. The runtime aborts the process when it finds none for itself, so the limit is never reached:
/// <code>
///   all else in the process │ segments │ connections │ kept for segments │ kept for the runtime │ limit
/// </code>
/// Connections are counted one by one. The rest is counted every second and where the count says that nothing is left:
/// in between only what the logs open is added.
/// </summary>
internal sealed class OpenFileLimit
{
    /// <summary>Assemblies not loaded yet, and small files that are open while they are replaced.</summary>
    private const int KeptForRuntime = 64;

    /// <summary>An eighth of the files is never given to a connection: a log that rolls needs a new one.</summary>
    private const int ShareOfSegments = 8;

    private readonly Lock _gate = new();
    private readonly Func<int> _count;
    private int _connections;
    private int _rest;

    /// <param name="limit">Files that may be open.</param>
    /// <param name="count">Files that are open now.</param>
    internal OpenFileLimit(int limit, Func<int> count)
    {
        Limit = limit;
        _count = count;
        Measure();
    }

    /// <summary>For platforms without a limit, and for logs outside of a broker.</summary>
    public static OpenFileLimit None { get; } = new(int.MaxValue, () => 0);

    /// <summary>Files that may be open, those of the whole process.</summary>
    public int Limit { get; }

    /// <summary>Connections there may be beside the files that are open now.</summary>
    public int MaxConnections
    {
        get
        {
            lock (_gate)
                return Math.Max(0, MaxForConnections - _rest);
        }
    }

    private int MaxForSegments => Limit - KeptForRuntime;

    private int MaxForConnections => MaxForSegments - (Limit / ShareOfSegments);

    /// <summary>The limit of this process, as the runtime has set it: at the hard limit of the shell.</summary>
    public static OpenFileLimit OfProcess()
    {
        if (ResourceLimits.Files is not { } limit)
            return None;
        var open = OperatingSystem.IsLinux() ? "/proc/self/fd" : "/dev/fd";
        return new OpenFileLimit(limit, () => Directory.EnumerateFileSystemEntries(open).Count());
    }

    /// <summary>Counts what is open.</summary>
    public void Measure()
    {
        int open;
        try
        {
            open = _count();
        }
        catch (IOException)
        {
            open = Limit; // not even the folder that lists them can be opened
        }

        lock (_gate)
            _rest = Math.Max(0, open - _connections);
    }

    /// <summary>Takes a file for a connection; false when no more are to be had.</summary>
    public bool TryConnect()
    {
        lock (_gate)
        {
            if (_rest + _connections >= MaxForConnections)
                return false;
            _connections++;
            return true;
        }
    }

    /// <summary>A connection is closed.</summary>
    public void Disconnect()
    {
        lock (_gate)
            _connections--;
    }

    /// <summary>Whether so many more segments can be opened.</summary>
    public bool HasRoomFor(int segments)
    {
        if (Fits(segments))
            return true;
        Measure();
        return Fits(segments);
    }

    /// <summary>Takes a file for a segment. It is not given back: what is closed is found at the next count.</summary>
    /// <exception cref="IOException">No more may be opened.</exception>
    public void Open(string path)
    {
        if (!HasRoomFor(1))
        {
            throw new IOException(
                $"{path} cannot be opened: this process may have {Limit} files open. Raise the limit (ulimit -n), "
                    + "or let topics have larger segments or fewer partitions.");
        }

        lock (_gate)
            _rest++;
    }

    private bool Fits(int segments)
    {
        lock (_gate)
            return segments <= MaxForSegments - _rest - _connections;
    }
}
