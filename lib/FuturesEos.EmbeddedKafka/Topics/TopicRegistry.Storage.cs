using System.Globalization;
using System.Text.Json;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>The list of topics, and their folders.</summary>
internal sealed partial class TopicRegistry
{
    private static TopicEntry EntryOf(Topic topic) =>
        new(topic.Name, topic.Id, topic.Partitions.Count, new Dictionary<string, string>(topic.Settings.Own));

    private static LogConfig ConfigOf(TopicSettings settings) => new()
    {
        SegmentBytes = (int)settings.Number(TopicSettings.SegmentBytes),
        SegmentMs = settings.Number(TopicSettings.SegmentMs),
        MaxMessageBytes = (int)settings.Number(TopicSettings.MaxMessageBytes),
        IsCompacted = settings.IsCompacted,
        IsDeleted = settings.IsDeleted,
        RetentionMs = settings.Number(TopicSettings.RetentionMs),
        RetentionBytes = settings.Number(TopicSettings.RetentionBytes),
        DeleteRetentionMs = settings.Number(TopicSettings.DeleteRetentionMs),
        MinCompactionLagMs = settings.Number(TopicSettings.MinCompactionLagMs),
        MinCleanableRatio = double.Parse(settings.Value(TopicSettings.MinCleanableRatio), CultureInfo.InvariantCulture),
        MaxCompactionLagMs = settings.Number(TopicSettings.MaxCompactionLagMs),
        FlushMessages = settings.Number(TopicSettings.FlushMessages),
        FlushMs = settings.Number(TopicSettings.FlushMs),
        Codec = settings.Codec,
        TimestampType = settings.Value(TopicSettings.MessageTimestampType) == "LogAppendTime"
            ? TimestampType.LogAppendTime
            : TimestampType.CreateTime,
        TimestampBeforeMaxMs = settings.Number(TopicSettings.TimestampBeforeMaxMs),
        TimestampAfterMaxMs = settings.Number(TopicSettings.TimestampAfterMaxMs),
        IndexIntervalBytes = (int)settings.Number(TopicSettings.IndexIntervalBytes),
    };

    private TopicSettings SettingsOf(TopicEntry entry) => new(entry.Settings, _options.MaxMessageBytes);

    private Topic OpenLogs(TopicEntry entry, IReadOnlyList<PartitionLog> from)
    {
        var logs = new List<PartitionLog>(from);
        OpenLogs(entry, logs);
        return new Topic(entry.Name, entry.Id, SettingsOf(entry), logs);
    }

    private void OpenLogs(TopicEntry entry, List<PartitionLog> logs)
    {
        var config = ConfigOf(SettingsOf(entry));
        while (logs.Count < entry.Partitions)
        {
            var folder = Path.Combine(_folder, entry.Folder, logs.Count.ToString(CultureInfo.InvariantCulture));
            logs.Add(PartitionLog.Open(new TopicPartition(entry.Name, logs.Count), folder, config, _environment));
        }
    }

    /// <summary>
    /// A topic with new partitions, known to the disk; null when the disk refuses. What was begun goes at a start.
    /// </summary>
    private Topic? TryOpen(TopicEntry entry, IReadOnlyList<PartitionLog> from)
    {
        var logs = new List<PartitionLog>(from);
        try
        {
            OpenLogs(entry, logs);
            _environment.Storage.FlushFolder(Path.Combine(_folder, entry.Folder));
            _environment.Storage.FlushFolder(_folder);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TopicsNotStored(failed.Message);
        }

        var topic = new Topic(entry.Name, entry.Id, SettingsOf(entry), logs);
        if (logs.Count == entry.Partitions && TryStore([.. _byName.Values.Where(other => other.Id != entry.Id), topic]))
            return topic;
        foreach (var log in logs.Skip(from.Count))
            _ = log.DisposeAsync().AsTask();
        return null;
    }

    private bool TryStore(IEnumerable<Topic> topics)
    {
        var entries = topics.Select(EntryOf).OrderBy(entry => entry.Name, StringComparer.Ordinal);
        try
        {
            AtomicFile.WriteText(_file, JsonSerializer.Serialize(entries));
            return true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TopicsNotStored(failed.Message);
            return false;
        }
    }

    private List<TopicEntry> ReadEntries()
    {
        if (!File.Exists(_file))
            return [];
        try
        {
            return JsonSerializer.Deserialize<List<TopicEntry>>(AtomicFile.ReadText(_file)) ?? [];
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidDataException)
        {
            // without it the topics' folders would be taken for leftovers
            throw new IOException(
                $"{_file} is damaged: {damaged.Message.TrimEnd('.')}. Put a copy of it there, "
                    + "or take another data folder.",
                damaged);
        }
    }

    // What a crash left of topics that were being made or deleted.
    private void RemoveStrangers(List<TopicEntry> entries)
    {
        var known = entries.Select(entry => entry.Folder).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.GetDirectories(_folder).Where(f => !known.Contains(Path.GetFileName(f))))
            RemoveFolder(folder);
    }

    private void RemoveFolder(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _environment.Logger.TopicFilesLeft(folder, failed.Message);
        }
    }
}
