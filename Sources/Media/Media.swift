import CFFmpeg
import CV4L2
