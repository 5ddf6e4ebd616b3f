using System.Globalization;
using System.Text;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// Replaces a small file so that a crash leaves the old or the new one, never half of one. Text has a checksum in its
/// first line: a topic's id or a log's start that lost a bit would be believed, and what it no longer names be deleted.
/// <code>
/// #crc32c 1c291ca3
/// epoch 3 next 2000
/// </code>
/// </summary>
internal static class AtomicFile
{
    private const string Mark = "#crc32c ";

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = path + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
    }

    public static void WriteText(string path, string text) =>
        Write(path, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Mark}{ChecksumOf(text):x8}\n{text}")));

    /// <summary>The text; of an older build's file, which has no checksum, all of it.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public static string ReadText(string path)
    {
        var content = File.ReadAllText(path);
        if (!content.StartsWith(Mark, StringComparison.Ordinal))
            return content;
        var end = content.IndexOf('\n', StringComparison.Ordinal);
        var text = content[(end + 1)..];
        return end > 0 && content[Mark.Length..end] == ChecksumOf(text).ToString("x8", CultureInfo.InvariantCulture)
            ? text
            : throw new InvalidDataException("its checksum does not fit");
    }

    private static uint ChecksumOf(string text) => Crc32C.Of(Encoding.UTF8.GetBytes(text));
}
