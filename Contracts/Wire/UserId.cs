namespace Sametime.Contracts.Wire;

/// <summary>
/// Lasting, unique identifier of a user. Upper and lower case make no difference when comparing; the spelling is kept, since clients
/// look things up by the very spelling they used.
/// </summary>
public readonly record struct UserId(string Value)
{
    /// <summary>The spelling as given; empty for the default.</summary>
    public string Value { get; } = Value ?? "";

    public bool IsEmpty => string.IsNullOrEmpty(Value);

    // The default value of a struct runs no initializer, so Value may still be null here.
    public bool Equals(UserId other) => string.Equals(Value ?? "", other.Value ?? "", StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value ?? "");

    public override string ToString() => Value ?? "";
}
