namespace FuturesEos.Cli.Deploying;

/// <summary>One thing that one user may do in Kafka.</summary>
/// <param name="User">Name of the KafkaUser.</param>
/// <param name="Type"><c>topic</c>, <c>group</c>, <c>transactionalId</c>.</param>
/// <param name="Name">Of the resource, or what it begins with.</param>
/// <param name="IsPrefix">Whether the name is a beginning.</param>
/// <param name="Operation">As Kafka names it.</param>
internal readonly record struct KafkaRight(string User, string Type, string Name, bool IsPrefix, string Operation)
{
    /// <summary>How messages name it.</summary>
    public override string ToString() => $"{Operation} on {Type} {Name}{(IsPrefix ? "*" : "")}";

    /// <summary>The rights that a set's KafkaUsers give.</summary>
    public static IEnumerable<KafkaRight> Of(ManifestSet set) =>
        from user in set.Of("KafkaUser")
        from rule in Tree.Items(user.Spec, "authorization", "acls")
        from operation in Tree.Texts(rule, "operations")
        select new KafkaRight(
            user.Name, Tree.Text(rule, "resource", "type") ?? "", Tree.Text(rule, "resource", "name") ?? "",
            Tree.Text(rule, "resource", "patternType") == "prefix", operation);
}
