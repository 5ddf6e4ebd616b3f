using System.Globalization;
using System.Text;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>The first readable offset where it is not simply the first segment's: one number as text.</summary>
internal static class LogStartFile
{
    private const string Name = "log-start";

    public static void Write(string folder, long offset) =>
        AtomicFile.Write(Path.Combine(folder, Name), Encoding.ASCII.GetBytes(offset.ToString(CultureInfo.InvariantCulture)));

    /// <summary>0 without a file.</summary>
    /// <exception cref="IOException">The file holds no number.</exception>
    public static long Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            return 0;
        return long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new IOException($"{path} holds no offset. Delete it to start the partition at its first record.");
    }
}
