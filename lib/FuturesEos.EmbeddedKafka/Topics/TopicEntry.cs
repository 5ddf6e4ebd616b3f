namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>A topic as <c>topics.json</c> keeps it.</summary>
internal sealed record TopicEntry(string Name, Guid Id, int Partitions, Dictionary<string, string> Settings)
{
    private const int FolderNameMax = 200;

    /// <summary>
    /// With the id in it: a topic made again under the same name must not meet its forerunner's files.
    /// </summary>
    public string Folder => $"{(Name.Length > FolderNameMax ? Name[..FolderNameMax] : Name)}~{Id:N}";
}
