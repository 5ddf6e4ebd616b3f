using Microsoft.Win32.SafeHandles;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The calls through which a log reaches its disk. Tests override them to tear a write, fill the disk or fail a flush.
/// </summary>
internal class LogStorage
{
    /// <summary>How many segments may be open.</summary>
    public OpenFileLimit Files { get; init; } = OpenFileLimit.None;

    /// <exception cref="IOException">The process may not open one more file, or the disk refuses.</exception>
    public virtual SafeFileHandle Open(string path)
    {
        Files.Open(path);
        return File.OpenHandle(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long position) =>
        RandomAccess.Write(file, bytes, position);

    public virtual void Truncate(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Flush(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>Forces the names of files that were made in a folder.</summary>
    public virtual void FlushFolder(string path) => DurableFolder.Flush(path);
}
