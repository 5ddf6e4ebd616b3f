namespace FuturesEos.OutboxRelay;

/// <summary>
/// jsonb as PostgreSQL prints it, without the blanks after colons and commas: the compact form that JSON converters
/// write. Numbers keep their digits.
/// </summary>
internal static class JsonText
{
    // {"id": "a, b", "qty": 1.5}  ->  {"id":"a, b","qty":1.5}
    public static string Compact(string jsonb)
    {
        var kept = jsonb.Length <= 1024 ? stackalloc char[jsonb.Length] : new char[jsonb.Length];
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

        return new string(kept[..length]);
    }
}
