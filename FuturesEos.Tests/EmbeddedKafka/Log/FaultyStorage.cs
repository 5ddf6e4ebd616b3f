using FuturesEos.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A disk that fills up, tears writes and fails flushes when told to.</summary>
internal class FaultyStorage : LogStorage
{
    private const int NoSpace = 28;
    private int _flushes;

    /// <summary>Writes fail, half way through where <see cref="IsTearing"/>.</summary>
    public bool IsFull { get; set; }

    public bool IsTearing { get; set; }

    public bool IsFlushFailing { get; set; }

    /// <summary>The next flush fails, and the one after it does not know: Linux tells once that pages were lost.</summary>
    public bool IsFlushLost { get; set; }

    public bool IsTruncateFailing { get; set; }

    /// <summary>Flushes cost nothing: for tests of kills, which leave what was written.</summary>
    public bool IsFlushFree { get; set; }

    /// <summary>Neither writes nor new files are allowed.</summary>
    public bool IsReadOnly { get; set; }

    public int Flushes => _flushes;

    public override SafeFileHandle Open(string path) =>
        IsReadOnly ? throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.") : base.Open(path);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        if (IsReadOnly)
            throw new UnauthorizedAccessException("Access to the path is denied.");
        if (!IsFull)
        {
            base.Write(file, bytes, position);
            return;
        }

        if (IsTearing)
            base.Write(file, bytes[..(bytes.Length / 2)], position);
        throw new IOException("No space left on device", NoSpace);
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        if (IsTruncateFailing)
            throw new IOException("Input/output error");
        base.Truncate(file, length);
    }

    public override void Flush(SafeFileHandle file)
    {
        var isLost = IsFlushLost;
        IsFlushLost = false;
        if (IsFlushFailing || isLost)
            throw new IOException("Input/output error");
        Interlocked.Increment(ref _flushes);
        if (!IsFlushFree) base.Flush(file);
    }
}
