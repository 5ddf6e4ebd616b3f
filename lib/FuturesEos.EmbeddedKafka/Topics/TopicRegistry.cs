using System.Collections.Concurrent;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>
/// All topics with their logs. Readers take what is there without a lock; changes are one at a time and are on disk
/// before they are seen.
/// </summary>
internal sealed partial class TopicRegistry : IAsyncDisposable
{
    private const string Sick = "The broker cannot write to its data folder; its log says why.";

    private readonly EmbeddedKafkaOptions _options;
    private readonly LogEnvironment _environment;
    private readonly string _file;
    private readonly string _folder;
    private readonly Lock _changes = new();
    private readonly ConcurrentDictionary<string, Topic> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Topic> _byId = new();

    private TopicRegistry(EmbeddedKafkaOptions options, LogEnvironment environment)
    {
        _options = options;
        _environment = environment;
        _file = Path.Combine(options.DataFolder, "topics.json");
        _folder = Path.Combine(options.DataFolder, "topics");
    }

    public IReadOnlyCollection<Topic> All => [.. _byName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal)];

    public IReadOnlyCollection<PartitionLog> Logs => [.. _byName.Values.SelectMany(topic => topic.Partitions)];

    /// <summary>Opens every log, which recovers those that were not closed.</summary>
    /// <exception cref="IOException">The list of topics or a log cannot be read.</exception>
    public static TopicRegistry Open(EmbeddedKafkaOptions options, LogEnvironment environment)
    {
        var registry = new TopicRegistry(options, environment);
        Directory.CreateDirectory(registry._folder);
        var entries = registry.ReadEntries();
        registry.RemoveStrangers(entries);
        foreach (var entry in entries)
            registry.Show(registry.OpenLogs(entry, from: []));
        return registry;
    }

    public Topic? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    public Topic? Find(Guid id) => _byId.GetValueOrDefault(id);

    public PartitionLog? FindLog(string topic, int partition) => Find(topic)?.Partition(partition);

    /// <summary>Makes a topic; null and the error when it cannot be.</summary>
    public (Topic? Topic, KafkaError Error, string? Reason) Create(
        string name, int partitions, Dictionary<string, string> settings, bool isDryRun = false)
    {
        lock (_changes)
        {
            if (_byName.ContainsKey(name))
                return (null, KafkaError.TopicAlreadyExists, $"Topic '{name}' already exists.");
            var plain = TopicName.WithoutDots(name);
            if (_byName.Keys.FirstOrDefault(other => TopicName.WithoutDots(other) == plain) is { } twin)
                return (null, KafkaError.InvalidTopic, $"Topic '{name}' collides with existing topic '{twin}'.");
            if (RefusesPartitions(partitions) is { } reason)
                return (null, KafkaError.InvalidPartitions, reason);
            var entry = new TopicEntry(name, Guid.NewGuid(), partitions, settings);
            if (isDryRun)
                return (new Topic(name, entry.Id, SettingsOf(entry), []), KafkaError.None, null);
            if (TryOpen(entry, from: []) is not { } topic)
                return (null, KafkaError.KafkaStorageError, Sick);
            Show(topic);
            _environment.Logger.TopicCreated(name, partitions);
            return (topic, KafkaError.None, null);
        }
    }

    /// <summary>Removes a topic, at once for everybody who asks. What it has left is to be discarded.</summary>
    public (KafkaError Error, Topic? Removed) Remove(Guid id)
    {
        lock (_changes)
        {
            if (Find(id) is not { } topic)
                return (KafkaError.UnknownTopicOrPartition, null);
            if (!TryStore(_byName.Values.Where(other => other.Id != id)))
                return (KafkaError.KafkaStorageError, null);
            _byName.TryRemove(topic.Name, out _);
            _byId.TryRemove(id, out _);
            return (KafkaError.None, topic);
        }
    }

    /// <summary>Closes a removed topic's logs and deletes its files.</summary>
    public async ValueTask DiscardAsync(Topic removed)
    {
        foreach (var log in removed.Partitions)
            await log.DiscardAsync();
        RemoveFolder(Path.Combine(_folder, EntryOf(removed).Folder));
        _environment.Logger.TopicDeleted(removed.Name);
    }

    /// <summary>Gives a topic more partitions.</summary>
    public (KafkaError Error, string? Reason) AddPartitions(string name, int count, bool isDryRun)
    {
        lock (_changes)
        {
            if (Find(name) is not { } topic)
                return (KafkaError.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");
            var have = topic.Partitions.Count;
            if (count <= have)
            {
                return (KafkaError.InvalidPartitions,
                    $"The topic {name} currently has {have} partition(s); {count} would not be an increase.");
            }

            if (RefusesPartitions(count - have) is { } reason)
                return (KafkaError.InvalidPartitions, reason);
            if (isDryRun)
                return (KafkaError.None, null);
            if (TryOpen(EntryOf(topic) with { Partitions = count }, topic.Partitions) is not { } larger)
                return (KafkaError.KafkaStorageError, Sick);
            Show(larger);
            _environment.Logger.PartitionsAdded(name, count);
            return (KafkaError.None, null);
        }
    }

    /// <summary>Replaces a topic's own settings, which have been checked.</summary>
    public KafkaError ChangeSettings(
        string name, Func<IReadOnlyDictionary<string, string>, Dictionary<string, string>> change)
    {
        lock (_changes)
        {
            if (Find(name) is not { } topic)
                return KafkaError.UnknownTopicOrPartition;
            var settings = new TopicSettings(change(topic.Settings.Own), _options.MaxMessageBytes);
            var changed = topic with { Settings = settings };
            if (!TryStore([.. _byName.Values.Where(other => other.Id != topic.Id), changed]))
                return KafkaError.KafkaStorageError;
            foreach (var log in topic.Partitions)
                log.Config = ConfigOf(settings);
            Show(changed);
            return KafkaError.None;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in Logs)
            await log.DisposeAsync();
    }

    private string? RefusesPartitions(int more)
    {
        if (more < 1)
            return "Number of partitions must be larger than 0.";
        var have = _byName.Values.Sum(topic => topic.Partitions.Count);
        if (more > _options.MaxPartitions - have)
        {
            return $"{have} partitions exist, {more} more would be above the broker's limit of "
                + $"{_options.MaxPartitions}.";
        }

        var files = _environment.Storage.Files;
        return files.HasRoomFor(more)
            ? null
            : $"{have} partitions exist, {more} more would need as many open files; the broker's process may have "
                + $"{files.Limit} in all. Raise the limit (ulimit -n).";
    }

    private void Show(Topic topic)
    {
        _byId[topic.Id] = topic;
        _byName[topic.Name] = topic;
    }
}
