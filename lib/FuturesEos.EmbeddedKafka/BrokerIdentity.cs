using System.Text.Json;

namespace FuturesEos.EmbeddedKafka;

/// <summary>What a data folder knows of itself: its cluster, and how often a broker has started on it.</summary>
internal sealed record BrokerIdentity(string ClusterId, int Starts)
{
    /// <summary>Reads the folder's identity, or makes one, and counts this start.</summary>
    /// <exception cref="IOException">The folder belongs to another cluster than the options say,
    /// or its file is damaged.</exception>
    public static BrokerIdentity Load(string folder, string? wantedClusterId)
    {
        var file = Path.Combine(folder, "cluster.json");
        var found = Read(file);
        if (found is not null && wantedClusterId is not null && found.ClusterId != wantedClusterId)
        {
            throw new IOException(
                $"{folder} belongs to cluster {found.ClusterId}, not {wantedClusterId}. Take another data folder.");
        }

        var clusterId = found?.ClusterId ?? wantedClusterId ?? NewClusterId();
        var identity = new BrokerIdentity(clusterId, (found?.Starts ?? 0) + 1);
        try
        {
            AtomicFile.WriteText(file, JsonSerializer.Serialize(identity));
            return identity;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw FolderLock.Unwritable(folder, failed);
        }
    }

    private static BrokerIdentity? Read(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            return JsonSerializer.Deserialize<BrokerIdentity>(AtomicFile.ReadText(file));
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidDataException)
        {
            throw new IOException($"{file} is damaged: {damaged.Message} Remove it to get a new cluster id.", damaged);
        }
    }

    // Kafka's form: 16 random bytes, base64 without padding, safe in URLs
    private static string NewClusterId() =>
        Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
