using System.Net;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka;

/// <summary>Every log line of the broker: events 2000 to 2999; 2000 to 2499 network, topics and groups.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(2000, LogLevel.Information,
        "Broker {NodeId} of cluster {ClusterId} listens on {Address}, data in {DataFolder}")]
    public static partial void Listening(
        this ILogger logger, int nodeId, string clusterId, string address, string dataFolder);

    [LoggerMessage(2001, LogLevel.Information, "Broker stopped")]
    public static partial void BrokerStopped(this ILogger logger);

    [LoggerMessage(2002, LogLevel.Warning, "Closed the connection from {Client}: {Reason}")]
    public static partial void ConnectionRefused(this ILogger logger, string client, string reason);

    [LoggerMessage(2003, LogLevel.Debug, "The connection from {Client} broke: {Reason}")]
    public static partial void ConnectionBroke(this ILogger logger, string client, string reason);

    [LoggerMessage(2004, LogLevel.Error, "Closed the connection from {Client}: a request failed inside the broker")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string client);

    [LoggerMessage(2005, LogLevel.Warning,
        "Refused {Count} connections: {Limit} are open, the most allowed (MaxConnections)")]
    public static partial void ConnectionsOverLimit(this ILogger logger, int count, int limit);

    [LoggerMessage(2006, LogLevel.Warning, "Cannot accept connections just now: {Reason}")]
    public static partial void AcceptFailed(this ILogger logger, string reason);

    [LoggerMessage(2007, LogLevel.Warning,
        "{Count} connections wait for memory: requests may have {Bytes} bytes together (MaxInFlightBytes, "
            + "or an eighth of the process's memory)")]
    public static partial void RequestsWait(this ILogger logger, int count, long bytes);

    [LoggerMessage(2008, LogLevel.Information,
        "Listens beyond this machine on {Address}, protected by {Protection}; clients are told {Advertised}")]
    public static partial void ListensBeyondLoopback(
        this ILogger logger, EndPoint address, string advertised, string protection);

    [LoggerMessage(2009, LogLevel.Warning,
        "Listens beyond this machine on {Address}; clients are told {Advertised}. Neither TLS nor SASL protects it: "
            + "whoever reaches it may read, write and delete everything")]
    public static partial void ListensUnprotected(this ILogger logger, EndPoint address, string advertised);

    [LoggerMessage(2010, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions")]
    public static partial void TopicCreated(this ILogger logger, string topic, int partitions);

    [LoggerMessage(2011, LogLevel.Information, "Deleted topic {Topic}")]
    public static partial void TopicDeleted(this ILogger logger, string topic);

    [LoggerMessage(2012, LogLevel.Information, "Topic {Topic} now has {Partitions} partitions")]
    public static partial void PartitionsAdded(this ILogger logger, string topic, int partitions);

    [LoggerMessage(2013, LogLevel.Warning, "Could not remove the files of a deleted topic in {Folder}: {Reason}")]
    public static partial void TopicFilesLeft(this ILogger logger, string folder, string reason);

    [LoggerMessage(2014, LogLevel.Error, "Could not append to {Partition}: {Reason}")]
    public static partial void AppendFailed(this ILogger logger, string partition, string reason);

    [LoggerMessage(2015, LogLevel.Error, "Cannot store the list of topics; who wanted it changed is told so: {Reason}")]
    public static partial void TopicsNotStored(this ILogger logger, string reason);

    [LoggerMessage(2016, LogLevel.Warning,
        "Stood still for {Milliseconds} ms: the machine was suspended or has too little processor time, or clients "
            + "that block in this process (Consume, Flush) hold every thread of its pool (see ThreadPoolMinThreads)")]
    public static partial void StoodStill(this ILogger logger, long milliseconds);

    [LoggerMessage(2017, LogLevel.Warning,
        "Refused {Count} connections: {Open} are open, and {Most} are possible where this process may have {Limit} "
            + "files open, an eighth of them kept for segments. Raise the limit (ulimit -n)")]
    public static partial void ConnectionsOverFiles(this ILogger logger, int count, int open, int most, int limit);

    [LoggerMessage(2020, LogLevel.Debug,
        "Group {Group} starts generation {Generation} with {Members} members: {Reason}")]
    public static partial void GroupRebalanced(
        this ILogger logger, string group, int generation, int members, string reason);

    [LoggerMessage(2021, LogLevel.Debug, "Member {Member} left group {Group}: {Reason}")]
    public static partial void MemberLeft(this ILogger logger, string member, string group, string reason);

    [LoggerMessage(2023, LogLevel.Warning,
        "Refuses members and positions of groups: they may hold {Bytes} bytes together, a sixteenth of the process's "
            + "memory. Delete groups that nobody needs, or give the broker more")]
    public static partial void GroupsOverMemory(this ILogger logger, long bytes);

    [LoggerMessage(2022, LogLevel.Debug,
        "Loaded {Offsets} positions of {Groups} groups, {Pending} of them in open transactions")]
    public static partial void GroupsLoaded(this ILogger logger, int offsets, int groups, int pending);
}
