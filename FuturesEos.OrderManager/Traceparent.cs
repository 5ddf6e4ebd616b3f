using System.Text;

namespace FuturesEos.OrderManager;

/// <summary>The W3C trace context of a record: kept if it is one, dropped if it is not.</summary>
internal static class Traceparent
{
    private const int Length = 55;

    // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
    public static string? Read(ReadOnlySpan<byte> header)
    {
        if (header.Length != Length || header[2] != '-' || header[35] != '-' || header[52] != '-')
            return null;
        for (var i = 0; i < Length; i++)
        {
            if (i is not (2 or 35 or 52) && !char.IsAsciiHexDigitLower((char)header[i]))
                return null;
        }

        return Encoding.ASCII.GetString(header);
    }
}
