using System.Globalization;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>A single offset in a log's folder: one number as text.</summary>
internal static class OffsetFile
{
    /// <summary>The first readable offset where it is not simply the first segment's.</summary>
    public const string LogStart = "log-start";

    /// <summary>Where the part that was compacted ends.</summary>
    public const string Compacted = "compacted";

    public static void Write(string folder, string name, long offset) =>
        AtomicFile.WriteText(Path.Combine(folder, name), offset.ToString(CultureInfo.InvariantCulture));

    /// <summary>0 without a file.</summary>
    /// <exception cref="IOException">The file holds no number.</exception>
    public static long Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            return 0;
        try
        {
            return long.Parse(AtomicFile.ReadText(path), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or FormatException or OverflowException)
        {
            throw new IOException(
                $"{path} holds no offset: {damaged.Message.TrimEnd('.')}. "
                    + "Delete it to start the partition at its first record.",
                damaged);
        }
    }
}
