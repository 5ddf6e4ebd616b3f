namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Java's <c>String.hashCode</c>, by which Kafka places and orders some things.</summary>
internal static class JavaHash
{
    // of a HashMap with up to 12 entries
    private const int Buckets = 16;

    public static int Of(string text)
    {
        var hash = 0;
        foreach (var character in text)
            hash = unchecked((31 * hash) + character);
        return hash;
    }

    /// <summary>Where a small <c>java.util.HashMap</c> has the key, and so when its iterator comes to it.</summary>
    public static int BucketOf(string key)
    {
        var hash = Of(key);
        return (hash ^ (hash >>> 16)) & (Buckets - 1);
    }
}
