using Sametime.Contracts.Wire;

namespace Sametime.Contracts.Link.Hubs;

/// <summary>
/// One change of a hub's part of the Online Directory.
/// <code>
/// kind   uint8
/// login  DirectoryLogin  of a login that has come
///        uint32          of one that has gone: its sequence
/// place  String          of a place: its id
/// </code>
/// </summary>
public readonly record struct DirectoryChange
{
    /// <summary>Bytes of the smallest one.</summary>
    public const int BytesMin = 3;

    private DirectoryChange(DirectoryChangeKind kind, DirectoryLogin login, string place) => (Kind, Login, Place) = (kind, login, place);

    public DirectoryChangeKind Kind { get; }

    /// <summary>Of a login that has gone, who receives it sees the sequence only.</summary>
    public DirectoryLogin Login { get; }

    public string Place { get; }

    public static DirectoryChange Came(in DirectoryLogin login) => new(DirectoryChangeKind.LoginCame, login, "");

    public static DirectoryChange Gone(in DirectoryLogin login) => new(DirectoryChangeKind.LoginGone, login, "");

    public static DirectoryChange Opened(string place) => new(DirectoryChangeKind.PlaceOpened, default, place);

    public static DirectoryChange Closed(string place) => new(DirectoryChangeKind.PlaceClosed, default, place);

    internal static DirectoryChange Read(ref WireReader reader)
    {
        var kind = (DirectoryChangeKind)reader.ReadByte();
        switch (kind)
        {
            case DirectoryChangeKind.LoginCame:
                return Came(DirectoryLogin.Read(ref reader));

            case DirectoryChangeKind.LoginGone:
                return Gone(default(DirectoryLogin) with { Sequence = reader.ReadUInt32() });

            case DirectoryChangeKind.PlaceOpened or DirectoryChangeKind.PlaceClosed:
                return new DirectoryChange(kind, default, reader.ReadString());

            default:
                // What follows cannot be found without knowing how long this is.
                reader.Fail(WireErrorKind.Truncated);
                return default;
        }
    }

    internal void Write(ref WireWriter writer)
    {
        writer.WriteByte((byte)Kind);
        if (Kind == DirectoryChangeKind.LoginCame)
            Login.Write(ref writer);
        else if (Kind == DirectoryChangeKind.LoginGone)
            writer.WriteUInt32(Login.Sequence);
        else
            writer.WriteString(Place);
    }
}

/// <summary>What has changed.</summary>
public enum DirectoryChangeKind : byte
{
    LoginCame = 1,
    LoginGone = 2,
    PlaceOpened = 3,
    PlaceClosed = 4,
}
