using System.Buffers;
using System.Text;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// jsonb as PostgreSQL prints it, without the blanks after colons and commas: the compact form that JSON converters
/// write; in UTF-8. Numbers keep their digits.
/// </summary>
internal static class JsonText
{
    private const int StackChars = 1024;

    // {"id": "a, b", "qty": 1.5}  ->  {"id":"a, b","qty":1.5}
    public static byte[] Compact(string jsonb)
    {
        // rented: a large row is garbage enough by its text and its record
        var rented = jsonb.Length <= StackChars ? null : ArrayPool<char>.Shared.Rent(jsonb.Length);
        var kept = rented ?? stackalloc char[StackChars];
        var length = 0;
        var isInString = false;
        for (var i = 0; i < jsonb.Length; i++)
        {
            var c = jsonb[i];
            if (c == ' ' && !isInString)
                continue;
            kept[length++] = c;
            if (c == '"')
                isInString = !isInString;
            else if (c == '\\')
                kept[length++] = jsonb[++i]; // only in strings, and never last
        }

        var utf8 = new byte[Encoding.UTF8.GetByteCount(kept[..length])];
        Encoding.UTF8.GetBytes(kept[..length], utf8);
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return utf8;
    }
}
