using FuturesEos.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A disk that fills up, tears writes and fails flushes when told to.</summary>
internal sealed class FaultyStorage : LogStorage
{
    private const int NoSpace = 28;

    /// <summary>Writes fail, half way through where <see cref="IsTearing"/>.</summary>
    public bool IsFull { get; set; }

    public bool IsTearing { get; set; }

    public bool IsFlushFailing { get; set; }

    public bool IsTruncateFailing { get; set; }

    public int Flushes { get; private set; }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
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
        if (IsFlushFailing)
            throw new IOException("Input/output error");
        Flushes++;
        base.Flush(file);
    }
}
