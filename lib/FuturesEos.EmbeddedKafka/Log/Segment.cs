using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>One file of a log, named after its first offset as in Kafka: <c>00000000000000000042.log</c>.</summary>
internal sealed class Segment : IDisposable
{
    public const string Extension = ".log";

    private Segment(string path, SafeFileHandle file, SegmentIndex index)
    {
        Path = path;
        File = file;
        Index = index;
        IsSealed = index.IsComplete && index.CoveredBytes == RandomAccess.GetLength(file);
        IsIndexed = index.CoveredBytes > 0;
    }

    public string Path { get; }

    public SafeFileHandle File { get; }

    public SegmentIndex Index { get; }

    public long BaseOffset => Index.BaseOffset;

    public long NextOffset => Index.NextOffset;

    public int SizeBytes => Index.CoveredBytes;

    /// <summary>Its name is not forced to the disk yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>There was a stored index, so that what it covers was forced to the disk.</summary>
    public bool IsIndexed { get; }

    /// <summary>
    /// The stored index was that of all that was ever in it: a gap behind it is none that a power cut left.
    /// </summary>
    public bool IsSealed { get; }

    private string IndexPath => System.IO.Path.ChangeExtension(Path, SegmentIndex.Extension);

    /// <summary>Opens or creates the segment; what its stored index does not cover is still to be read.</summary>
    public static Segment Open(string folder, long baseOffset, LogStorage storage)
    {
        var path = System.IO.Path.Combine(folder, NameOf(baseOffset) + Extension);
        var isNew = !System.IO.File.Exists(path);
        var file = storage.Open(path);
        try
        {
            var indexPath = System.IO.Path.ChangeExtension(path, SegmentIndex.Extension);
            var index = System.IO.File.Exists(indexPath)
                ? SegmentIndex.TryRead(System.IO.File.ReadAllBytes(indexPath), baseOffset, RandomAccess.GetLength(file))
                : null;
            if (index is null)
            {
                // Left there, it would be believed once the log has grown past it again.
                System.IO.File.Delete(indexPath);
            }

            return new Segment(path, file, index ?? new SegmentIndex(baseOffset)) { IsNew = isNew };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens what compaction has put in a segment's place.</summary>
    public static Segment Cleaned(string path, SegmentIndex index, LogStorage storage) =>
        new(path, storage.Open(path), index);

    /// <summary>Offsets in file names, so that names sort as offsets do.</summary>
    public static string NameOf(long offset) => offset.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>Offset a file of the log is named after; -1 for a file that is none of the log's.</summary>
    public static long OffsetOf(string path) =>
        long.TryParse(
            System.IO.Path.GetFileNameWithoutExtension(path),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var offset)
            ? offset
            : -1;

    /// <summary>Stores the index as it was when the log was forced to the disk.</summary>
    public void StoreIndex(byte[] index) => AtomicFile.Write(IndexPath, index);

    /// <summary>
    /// Deletes the file and then its index: a file that cannot go stays one that an index vouches for, so that the gap
    /// behind it, where later ones went, is not taken for a lost tail.
    /// </summary>
    public void Delete()
    {
        System.IO.File.Delete(Path);
        DeleteIndex();
    }

    public void DeleteIndex() => System.IO.File.Delete(IndexPath);

    public void Dispose() => File.Dispose();
}
