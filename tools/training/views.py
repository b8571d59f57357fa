"""What networks see of a 48x48 face: 40x40 pixels, (pixel - 129) / 65."""
import torch
import torch.nn.functional as F

SIDE = 40
NUMBERS = 16  # random numbers a view


def normal(pixels):
    return ((pixels.float() - 129) / 65)[:, None]


def plain(pixels, down=0, right=0, mirrored=False):
    """The middle, or up to four pixels beside it."""
    top, left = 4 + down, 4 + right
    view = normal(pixels[:, top:top + SIDE, left:left + SIDE])
    return view.flip(3) if mirrored else view


def soft(view, size=3):
    edge = (size // 2,) * 4
    return F.avg_pool2d(F.pad(view, edge, mode="replicate"), size, 1)


def column(numbers, place):
    """Number `place` of each view, for whole pictures."""
    return numbers[:, place, None, None, None]


def turned(pixels, numbers):
    """Turned by up to 16 degrees, scaled by 17 %, stretched by 6 %, shifted by 13 % of half the side, mirrored or not."""
    signed = numbers * 2 - 1
    angle, scale, aspect = signed[:, 0] * 0.28, 1 + signed[:, 1] * 0.17, 1 + signed[:, 2] * 0.06
    side = torch.where(numbers[:, 3] < 0.5, 1.0, -1.0)
    zoom = scale * SIDE / 48
    top = torch.stack([angle.cos() * zoom * aspect * side, -angle.sin() * zoom, signed[:, 4] * 0.13], 1)
    bottom = torch.stack([angle.sin() * zoom * aspect * side, angle.cos() * zoom, signed[:, 5] * 0.13], 1)
    grid = F.affine_grid(torch.stack([top, bottom], 1), (len(pixels), 1, SIDE, SIDE), align_corners=False)
    return F.grid_sample(normal(pixels), grid, align_corners=False)


def erased(view, numbers):
    """A rectangle of 15 to 40 % of either side is grey in 45 % of the views."""
    place = (torch.arange(SIDE, device=view.device) + 0.5) / SIDE
    bands = []
    for length, start in ((numbers[:, 9], numbers[:, 11]), (numbers[:, 10], numbers[:, 12])):
        length = 0.15 + length * 0.25
        start = start * (1 - length)
        bands.append((place >= start[:, None]) & (place < (start + length)[:, None]))
    hole = bands[0][:, None, :, None] & bands[1][:, None, None, :] & (column(numbers, 8) < 0.45)
    return view.masked_fill(hole, 0)


def render(pixels, numbers):
    """A random view of each picture, decided by its row of NUMBERS numbers from 0 to 1."""
    view = turned(pixels, numbers)
    view = torch.where(column(numbers, 15) < 0.12, view + 0.8 * (soft(view) - view), view)
    view = view * (1 + (column(numbers, 6) * 2 - 1) * 0.25) + (column(numbers, 7) * 2 - 1) * 0.2
    return erased(view, numbers)


def fewer(view, factor):
    return F.interpolate(F.avg_pool2d(view, factor), size=(SIDE, SIDE), mode="bilinear", align_corners=False)


def poor(view, chance):
    """Some views as poor cameras give them: soft, noisy, dark, flat, or of few pixels."""
    numbers = torch.rand(len(view), 3, device=view.device)
    strength, noise = column(numbers, 2), torch.randn_like(view)
    mean = view.mean((2, 3), keepdim=True)
    black = 129 / 65
    kinds = [
        (0.25, torch.where(strength < 0.5, soft(soft(view)), soft(soft(view, 5), 5))),
        (0.50, view + (0.08 + 0.4 * strength) * noise),
        (0.65, (view + black) * (0.2 + 0.5 * strength) - black + 0.05 * noise),
        (0.75, mean + (view - mean) * (0.25 + 0.45 * strength)),
        (1.00, torch.where(strength < 0.6, fewer(view, 2), fewer(view, 4))),
    ]
    result = kinds[-1][1]
    for most, kind in reversed(kinds[:-1]):
        result = torch.where(column(numbers, 1) < most, kind, result)
    return torch.where(column(numbers, 0) < chance, result, view)
