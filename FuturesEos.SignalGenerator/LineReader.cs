using System.Runtime.CompilerServices;

namespace FuturesEos.SignalGenerator;

/// <summary>Lines of a stream, in a buffer that is as long as the longest line may be, whatever comes.</summary>
internal sealed class LineReader(Stream stream, int lineBytesMax)
{
    private const int SmallestBufferBytes = 64 * 1024;

    public async IAsyncEnumerable<Line> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Max(SmallestBufferBytes, lineBytesMax + 1)];
        var (start, end, number) = (0, 0, 0L);
        var isTooLong = false; // the rest of such a line is passed over
        while (true)
        {
            for (int length; (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
            {
                if (!isTooLong) yield return Cut(++number, buffer.AsMemory(start, length));
                isTooLong = false;
            }

            if (end - start > lineBytesMax)
            {
                if (!isTooLong) yield return Cut(++number, buffer.AsMemory(start, end - start));
                isTooLong = true;
                start = end;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0) break;
            end += read;
        }

        if (end > start && !isTooLong) yield return Cut(++number, buffer.AsMemory(start, end - start));
    }

    private Line Cut(long number, ReadOnlyMemory<byte> bytes) => bytes.Length > lineBytesMax
        ? new Line(number, bytes[..lineBytesMax], IsTooLong: true)
        : new Line(number, bytes, IsTooLong: false);
}
