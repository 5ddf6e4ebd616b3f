using System.Globalization;
using System.Text;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>A single offset in a log's folder: one number as text.</summary>
internal static class OffsetFile
{
    /// <summary>The first readable offset where it is not simply the first segment's.</summary>
    public const string LogStart = "log-start";

    /// <summary>Where the part that was compacted ends.</summary>
    public const string Compacted = "compacted";

    public static void Write(string folder, string name, long offset) =>
        AtomicFile.Write(Path.Combine(folder, name), Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));

    /// <summary>0 without a file.</summary>
    /// <exception cref="IOException">The file holds no number.</exception>
    public static long Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return 0;
        return long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new IOException($"{path} holds no offset. Delete it to start the partition at its first record.");
    }
}
